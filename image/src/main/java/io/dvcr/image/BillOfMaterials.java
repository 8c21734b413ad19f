package io.dvcr.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What is in the image beside the jars, in CycloneDX 1.6: the packages of its base and Java. The
 * jars have a bill of their own, which Maven makes.
 */
final class BillOfMaterials {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ObjectNode bill = JSON.createObjectNode();
  private final ArrayNode components;

  BillOfMaterials() {
    bill.put("bomFormat", "CycloneDX");
    bill.put("specVersion", "1.6");
    bill.put("version", 1);
    components = bill.putArray("components");
  }

  /** Adds Debian packages, a line each: name, version, architecture, SHA-256 of the file. */
  void addPackages(Path lines) throws IOException {
    for (String line : Files.readAllLines(lines)) {
      String[] fields = line.split("\t", -1);
      ObjectNode component = component("library", fields[0], fields[1]);
      component.put(
          "purl",
          "pkg:deb/debian/%s@%s?arch=%s"
              .formatted(fields[0], fields[1].replace("+", "%2B"), fields[2]));
      ObjectNode hash = component.putArray("hashes").addObject();
      hash.put("alg", "SHA-256");
      hash.put("content", fields[3]);
    }
  }

  /** Adds a Java runtime by what it says of itself in its file {@code release}. */
  void addJava(Path release) throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(release)) {
      properties.load(in);
    }
    String version = quoted(properties, "JAVA_RUNTIME_VERSION", quoted(properties, "JAVA_VERSION"));
    ObjectNode component = component("framework", "java", version);
    component.put("publisher", quoted(properties, "IMPLEMENTOR", "unknown"));
    component.put("description", "Modules: " + quoted(properties, "MODULES"));
  }

  private static String quoted(Properties properties, String name) {
    return quoted(properties, name, "unknown");
  }

  private static String quoted(Properties properties, String name, String otherwise) {
    return properties.getProperty(name, otherwise).replace("\"", "");
  }

  private ObjectNode component(String type, String name, String version) {
    return components.addObject().put("type", type).put("name", name).put("version", version);
  }

  void write(Path file) throws IOException {
    Files.write(file, JSON.writeValueAsBytes(bill));
  }
}
