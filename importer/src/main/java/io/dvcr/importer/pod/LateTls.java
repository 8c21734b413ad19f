package io.dvcr.importer.pod;

import java.security.Provider;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS that is set up for its first connection: keys and Java's own part of TLS cost more time than
 * anything else before the first request to a source.
 */
final class LateTls extends SSLContextSpi {
  /** A context names its provider; this one is not looked up by anybody. */
  private static final Provider NOBODY = new Provider("late", "1", "") {};

  private final Supplier<SSLContext> maker;
  private @Nullable SSLContext made;

  private LateTls(Supplier<SSLContext> maker) {
    this.maker = maker;
  }

  /** A context that is made, once, when it is needed; by whichever thread needs it. */
  static SSLContext of(Supplier<SSLContext> maker) {
    return new SSLContext(new LateTls(maker), NOBODY, "TLS") {};
  }

  private synchronized SSLContext context() {
    SSLContext context = made;
    if (context == null) {
      context = maker.get();
      made = context;
    }
    return context;
  }

  @Override
  protected void engineInit(
      KeyManager @Nullable [] keys,
      TrustManager @Nullable [] trusted,
      @Nullable SecureRandom random) {
    throw new UnsupportedOperationException("it is set up by its maker");
  }

  @Override
  protected SSLSocketFactory engineGetSocketFactory() {
    return context().getSocketFactory();
  }

  @Override
  protected SSLServerSocketFactory engineGetServerSocketFactory() {
    return context().getServerSocketFactory();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine() {
    return context().createSSLEngine();
  }

  @Override
  protected SSLEngine engineCreateSSLEngine(String host, int port) {
    return context().createSSLEngine(host, port);
  }

  @Override
  protected SSLSessionContext engineGetServerSessionContext() {
    return context().getServerSessionContext();
  }

  @Override
  protected SSLSessionContext engineGetClientSessionContext() {
    return context().getClientSessionContext();
  }

  @Override
  protected SSLParameters engineGetDefaultSSLParameters() {
    return context().getDefaultSSLParameters();
  }

  @Override
  protected SSLParameters engineGetSupportedSSLParameters() {
    return context().getSupportedSSLParameters();
  }
}
