// A Kubernetes API for tests in one program: etcd, the API server, and the few controllers that
// make an API behave like a cluster's. The first argument says which of the three this process is;
// what follows are its flags:
//
//	kube etcd --data-dir D …
//	kube apiserver --etcd-servers URL …
//	kube controllers KUBECONFIG CA
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"go.etcd.io/etcd/server/v3/etcdmain"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/cli"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/klog/v2"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/pkg/controller/certificates/rootcacertpublisher"
	"k8s.io/kubernetes/pkg/controller/clusterroleaggregation"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/namespace"
	"k8s.io/kubernetes/pkg/controller/serviceaccount"
)

// How often it looks for new kinds: a test that installs one can't wait for a cluster's 30 seconds.
const discoveryPeriod = time.Second

// Two CPUs are enough for any test.
const workers = 2

// How often it looks whether whoever started it is still there.
const parentPeriod = time.Second

func main() {
	go endWithParent()
	mode, flags := "", []string{}
	if len(os.Args) > 1 {
		mode, flags = os.Args[1], os.Args[2:]
	}
	switch mode {
	case "etcd":
		etcdmain.Main(append([]string{"etcd"}, flags...))
	case "apiserver":
		command := apiserver.NewAPIServerCommand()
		command.SetArgs(flags)
		os.Exit(cli.Run(command))
	case "controllers":
		if len(flags) != 2 {
			fail(fmt.Errorf("controllers: a kubeconfig and a file of authorities are needed"))
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		if err := controllers(ctx, flags[0], flags[1]); err != nil {
			fail(err)
		}
	default:
		fail(fmt.Errorf("the first argument is etcd, apiserver or controllers"))
	}
}

// A test run that is killed can't stop what it started.
func endWithParent() {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(parentPeriod)
	}
	fail(fmt.Errorf("whoever started this has ended"))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Runs the controllers until the context ends.
func controllers(ctx context.Context, kubeconfig, authorities string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 500, 1000
	root, err := os.ReadFile(authorities)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	meta, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	shared := informers.NewSharedInformerFactory(client, 0)
	core := shared.Core().V1()

	namespaces := namespace.NewNamespaceController(ctx, client, meta,
		client.Discovery().ServerPreferredNamespacedResources, core.Namespaces(), 0, v1.FinalizerKubernetes)
	accounts, err := serviceaccount.NewServiceAccountsController(klog.Background(), core.ServiceAccounts(),
		core.Namespaces(), client, serviceaccount.DefaultServiceAccountsControllerOptions())
	if err != nil {
		return err
	}
	publisher, err := rootcacertpublisher.NewPublisher(core.ConfigMaps(), core.Namespaces(), client, root)
	if err != nil {
		return err
	}
	roles := clusterroleaggregation.NewClusterRoleAggregation(
		shared.Rbac().V1().ClusterRoles(), client.RbacV1())

	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	started := make(chan struct{})
	factory := informerfactory.NewInformerFactory(shared, metadatainformer.NewSharedInformerFactory(meta, 0))
	graph := garbagecollector.NewDependencyGraphBuilder(
		ctx, meta, mapper, map[schema.GroupResource]struct{}{}, factory, started)
	garbage, err := garbagecollector.NewComposedGarbageCollector(ctx, client, meta, mapper, graph)
	if err != nil {
		return err
	}

	shared.Start(ctx.Done())
	close(started)
	go namespaces.Run(ctx, workers)
	go accounts.Run(ctx, workers)
	go publisher.Run(ctx, workers)
	go roles.Run(ctx, workers)
	go garbage.Run(ctx, workers, time.Minute)
	go garbage.Sync(ctx, client.Discovery(), discoveryPeriod)
	fmt.Println("controllers are running")
	<-ctx.Done()
	return nil
}
