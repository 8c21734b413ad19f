package io.dvcr.importer.pod;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where a pod's program finds and leaves things: fixed by the pods' specification.
 *
 * @param terminationMessage what Kubernetes reads when the container ends
 * @param device the block device of a volume
 * @param volumeFile the disk in a volume with a file system
 * @param extraHeaders a folder of files with a header line each
 * @param proxyAuthorities a folder of certificates that are trusted beside the source's
 * @param state what a container leaves to the next one of its pod
 * @param serviceAccount a folder with the token and the authority that Kubernetes mounts
 * @param metrics where progress is served
 */
public record PodPaths(
    Path terminationMessage,
    Path device,
    Path volumeFile,
    Path extraHeaders,
    Path proxyAuthorities,
    Path state,
    Path serviceAccount,
    InetSocketAddress metrics) {
  /** As in every pod. */
  public static final PodPaths OF_PODS =
      new PodPaths(
          Path.of("/dev/termination-log"),
          Path.of("/dev/xvda"),
          Path.of("/tmp/fs/disk.img"),
          Path.of("/extraheaders"),
          Path.of("/proxycerts"),
          Path.of("/tmp/dvcr-importer.json"),
          Path.of("/var/run/secrets/kubernetes.io/serviceaccount"),
          new InetSocketAddress(8443));
}
