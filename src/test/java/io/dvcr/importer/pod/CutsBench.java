package io.dvcr.importer.pod;

import io.dvcr.testbed.Effect;
import io.dvcr.testbed.Exchange;
import io.dvcr.testbed.Fault;
import io.dvcr.testbed.RealRegistry;
import io.dvcr.testbed.Request;
import io.dvcr.testbed.ScriptedHttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/**
 * What cuts of the source cost: prints the bytes that a source of so many GiB sent when its
 * connection was reset so many times, on the way into distribution 3.1.1. Arguments: GiB, cuts, an
 * empty folder with room for the image.
 */
@NullMarked
final class CutsBench {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final byte[] PIECE = new byte[64 << 10];

  private CutsBench() {}

  public static void main(String[] arguments) throws IOException {
    long length = Long.parseLong(arguments[0]) << 30;
    int cuts = Integer.parseInt(arguments[1]);
    Path folder = Path.of(arguments[2]);
    new Random(1).nextBytes(PIECE);
    PIECE[0] = 0; // no magic by chance
    try (ScriptedHttpServer source = ScriptedHttpServer.start(exchange -> send(exchange, length));
        RealRegistry registry =
            RealRegistry.start(
                RealRegistry.Version.V3, Files.createDirectories(folder.resolve("registry")))) {
      for (int i = 1; i <= cuts; i++) {
        source
            .faults()
            .add(
                Fault.on("GET", "")
                    .nth(i)
                    .afterResponseBytes(length / (cuts + 1))
                    .then(Effect.RESET));
      }
      PodRun pod = new PodRun(folder, registry.authority()).http(source.uri("/disk.img"));
      long began = System.nanoTime();
      int exitCode = pod.run();
      double seconds = (System.nanoTime() - began) / 1e9;
      long sent = source.requests().stream().mapToLong(Request::answeredBytes).sum();
      System.out.printf(
          "exit code %d after %.1f s; %d cuts; %d bytes, sent %d: %.4f of them%n",
          exitCode, seconds, source.faults().happened(), length, sent, (double) sent / length);
      System.out.print(pod.log());
    }
  }

  /** Any byte is the same whenever it is asked for. */
  private static void send(Exchange exchange, long length) throws IOException {
    Matcher range = RANGE.matcher(exchange.request().header("Range").orElse(""));
    boolean part = range.matches();
    long from = part ? Long.parseLong(range.group(1)) : 0;
    long to = part && !range.group(2).isEmpty() ? Long.parseLong(range.group(2)) + 1 : length;
    Map<String, String> headers =
        new LinkedHashMap<>(Map.of("Accept-Ranges", "bytes", "ETag", "\"one\""));
    if (part) {
      headers.put("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + length);
    }
    try (OutputStream out = exchange.start(part ? 206 : 200, headers, OptionalLong.of(to - from))) {
      for (long at = from; at < to; ) {
        int first = (int) (at % PIECE.length);
        int count = (int) Math.min(PIECE.length - first, to - at);
        out.write(PIECE, first, count);
        at += count;
      }
    }
  }
}
