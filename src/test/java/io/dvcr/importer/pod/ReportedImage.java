package io.dvcr.importer.pod;

import io.dvcr.testbed.KubernetesApi;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** An image at a real API, and the service account of a pod that may patch its status alone. */
@NullMarked
final class ReportedImage {
  private static final String GROUP = "virtualization.deckhouse.io";
  private static final String ACCOUNT = "importer";

  /** What another manager wrote, and no pod may touch. */
  static final Map<String, Object> CONTROLLERS =
      Map.of(
          "phase",
          "Provisioning",
          "conditions",
          List.of(Map.of("type", "Ready", "status", "False", "reason", "Provisioning")));

  private final KubernetesApi api;
  private final boolean namespaced;
  private final String namespace;
  private final String name;
  private GenericKubernetesResource created;

  private ReportedImage(KubernetesApi api, boolean namespaced) {
    this.api = api;
    this.namespaced = namespaced;
    api.create("images.yaml");
    this.namespace = api.namespace();
    this.name = "image-of-" + namespace;
    api.client()
        .serviceAccounts()
        .inNamespace(namespace)
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(ACCOUNT).endMetadata().build())
        .create();
    this.created = create(CONTROLLERS);
  }

  static ReportedImage namespaced(KubernetesApi api) {
    return new ReportedImage(api, true);
  }

  static ReportedImage ofTheCluster(KubernetesApi api) {
    return new ReportedImage(api, false);
  }

  private String plural() {
    return namespaced ? "virtualimages" : "clustervirtualimages";
  }

  private NonNamespaceOperation<GenericKubernetesResource, ?, Resource<GenericKubernetesResource>>
      images() {
    ResourceDefinitionContext type =
        new ResourceDefinitionContext.Builder()
            .withGroup(GROUP)
            .withVersion("v1alpha2")
            .withKind(namespaced ? "VirtualImage" : "ClusterVirtualImage")
            .withPlural(plural())
            .withNamespaced(namespaced)
            .build();
    var all = api.client().genericKubernetesResources(type);
    return namespaced ? all.inNamespace(namespace) : all;
  }

  private GenericKubernetesResource create(Map<String, Object> status) {
    GenericKubernetesResource image = new GenericKubernetesResource();
    image.setApiVersion(GROUP + "/v1alpha2");
    image.setKind(namespaced ? "VirtualImage" : "ClusterVirtualImage");
    image.setMetadata(new ObjectMetaBuilder().withName(name).build());
    image.setAdditionalProperty("spec", Map.of());
    GenericKubernetesResource made = images().resource(image).create();
    return write(made, status);
  }

  private GenericKubernetesResource write(
      GenericKubernetesResource image, Map<String, Object> status) {
    image.setAdditionalProperty("status", status);
    return images().resource(image).updateStatus();
  }

  /** Lets the service account patch this status. */
  void allow() {
    PolicyRule rule =
        new PolicyRuleBuilder()
            .withApiGroups(GROUP)
            .withResources(plural() + "/status")
            .withResourceNames(name)
            .withVerbs("patch")
            .build();
    if (namespaced) {
      allowInNamespace(rule);
    } else {
      allowInCluster(rule);
    }
  }

  private void allowInNamespace(PolicyRule rule) {
    var rbac = api.client().rbac();
    rbac.roles()
        .inNamespace(namespace)
        .resource(
            new RoleBuilder()
                .withNewMetadata()
                .withName("report")
                .endMetadata()
                .withRules(rule)
                .build())
        .create();
    rbac.roleBindings()
        .inNamespace(namespace)
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("report")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", "report")
                .addNewSubject(null, "ServiceAccount", ACCOUNT, namespace)
                .build())
        .create();
  }

  private void allowInCluster(PolicyRule rule) {
    var rbac = api.client().rbac();
    rbac.clusterRoles()
        .resource(
            new ClusterRoleBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withRules(rule)
                .build())
        .create();
    rbac.clusterRoleBindings()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", name)
                .addNewSubject(null, "ServiceAccount", ACCOUNT, namespace)
                .build())
        .create();
  }

  /** As it is written into {@code REPORT_RESOURCE}. */
  String reference() {
    return plural() + "/" + (namespaced ? namespace + "/" : "") + name;
  }

  String uid() {
    return created.getMetadata().getUid();
  }

  /** What Kubernetes mounts into a pod; gives the token. */
  String mount(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.copy(api.certificate().authorityFile(), folder.resolve("ca.crt"));
      return rotate(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another token in its place. */
  String rotate(Path folder) {
    try {
      String token = api.token(namespace, ACCOUNT);
      Path beside = Files.writeString(folder.resolve("token.new"), token);
      Files.move(beside, folder.resolve("token"), StandardCopyOption.ATOMIC_MOVE);
      return token;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete() {
    images().withName(name).delete();
  }

  /** Deletes it and makes another one of its name, with nothing but what a controller writes. */
  void deleteAndCreateAgain() {
    delete();
    created = create(CONTROLLERS);
  }

  /** Writes a progress, as somebody else. */
  void preset(String progress) {
    write(
        created,
        Map.of(
            "phase",
            Objects.requireNonNull(CONTROLLERS.get("phase")),
            "conditions",
            Objects.requireNonNull(CONTROLLERS.get("conditions")),
            "progress",
            progress));
  }

  /** Changes one field, as a controller does that knows nothing of the others. */
  void changePhase(String phase) {
    images()
        .withName(name)
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"" + phase + "\"}}");
  }

  GenericKubernetesResource now() {
    return Objects.requireNonNull(images().withName(name).get());
  }

  /** Its status. */
  Map<String, Object> status() {
    return status(now());
  }

  private static Map<String, Object> status(@Nullable GenericKubernetesResource image) {
    return image == null ? Map.of() : image.get("status");
  }

  /** Waits until its status is so. */
  Map<String, Object> awaitStatus(Predicate<Map<String, Object>> wanted) {
    return status(
        images()
            .withName(name)
            .waitUntilCondition(image -> wanted.test(status(image)), 1, TimeUnit.MINUTES));
  }
}
