/** Compressions and disk formats: streams in, facts out. Knows no HTTP, OCI or Kubernetes. */
module io.dvcr.formats {
  requires static org.jspecify;
  requires com.github.luben.zstd_jni;
  requires org.tukaani.xz;

  exports io.dvcr.formats;
}
