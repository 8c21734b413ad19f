package io.dvcr.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * A jar as it lies in the image: uncompressed, since its layer is compressed as a whole; without
 * native libraries, of which one architecture's lies beside it; and without signatures and seals,
 * for classes of such jars can't be taken from an archive of classes (nobody verifies them here:
 * the image has a digest).
 */
final class SlimJar {
  /** JAR File Specification, "Signed JAR File". */
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

  private static final Pattern NATIVE = Pattern.compile(".+\\.(so|dll|dylib|jnilib)");

  private SlimJar() {}

  /**
   * Writes {@code to} from {@code from}, every time in it {@code time}.
   *
   * @param needed says of an entry's name whether it is taken
   */
  static void copy(Path from, Path to, Instant time, Predicate<String> needed) throws IOException {
    try (JarFile jar = new JarFile(from.toFile(), false);
        OutputStream out = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      Manifest manifest = jar.getManifest();
      if (manifest != null) {
        manifest.getEntries().clear(); // digests of the signature
        // Java 25 does not start if an archive of linked classes has those of a sealed package.
        manifest.getMainAttributes().remove(Attributes.Name.SEALED);
        put(zip, JarFile.MANIFEST_NAME, bytes(manifest), time);
      }
      List<? extends ZipEntry> entries = jar.stream().toList();
      for (ZipEntry entry : entries) {
        if (isKept(entry) && needed.test(entry.getName())) {
          try (InputStream in = jar.getInputStream(entry)) {
            put(zip, entry.getName(), in.readAllBytes(), time);
          }
        }
      }
    }
    Files.setLastModifiedTime(to, FileTime.from(time));
  }

  /** The jars that a jar's manifest names, where they lie. */
  static List<Path> classPath(Path jar) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile(), false)) {
      String names = opened.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Arrays.stream(names.split(" ", -1)).map(jar::resolveSibling).toList();
    }
  }

  private static boolean isKept(ZipEntry entry) {
    String name = entry.getName();
    return !entry.isDirectory()
        && !name.equals(JarFile.MANIFEST_NAME)
        && !SIGNATURE.matcher(name).matches()
        && !NATIVE.matcher(name).matches();
  }

  private static byte[] bytes(Manifest manifest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes, Instant time)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setLastModifiedTime(FileTime.from(time));
    entry.setSize(bytes.length);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** The bytes of the only entry whose name {@code pattern} matches, if there is one. */
  static Optional<byte[]> only(Path jar, Pattern pattern) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> found =
          zip.stream().filter(entry -> pattern.matcher(entry.getName()).matches()).toList();
      if (found.size() != 1) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(found.getFirst())) {
        return Optional.of(in.readAllBytes());
      }
    }
  }
}
