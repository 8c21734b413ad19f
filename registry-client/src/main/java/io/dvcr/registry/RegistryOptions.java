package io.dvcr.registry;

/**
 * How to talk to a registry.
 *
 * @param credentials who we are there
 * @param retryPolicy how long to go on trying
 * @param plainHttp whether http will do where https is not spoken; on loopback it always will
 * @param push whether rights to push are asked for; then manifests of schema 1, which can only be
 *     read, are not accepted
 * @param chunkMemory bytes of an upload that are held to be sent again
 * @param sessions who is told of upload sessions
 */
public record RegistryOptions(
    CredentialStore credentials,
    RetryPolicy retryPolicy,
    boolean plainHttp,
    boolean push,
    int chunkMemory,
    SessionLog sessions) {

  /** Options of a process that need not leave anything to another one. */
  public RegistryOptions(
      CredentialStore credentials,
      RetryPolicy retryPolicy,
      boolean plainHttp,
      boolean push,
      int chunkMemory) {
    this(credentials, retryPolicy, plainHttp, push, chunkMemory, SessionLog.NONE);
  }
}
