package io.dvcr.formats;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Looks through a VHDX file's log for entries that belong to the file and so may have to be
 * replayed before its content is valid (MS-VHDX 2.3.1.1). Their own checksums are not verified: an
 * entry that is half written is no sound state either.
 */
final class VhdxLog {
  /** What entries are multiples of, and so where they may start. */
  private static final int ENTRY_ALIGNMENT = 4 << 10;

  private static final ByteBuffer SIGNATURE = ByteBuffer.wrap("loge".getBytes(ISO_8859_1));
  private static final int LOG_GUID = 32;

  private final UUID guid;

  private VhdxLog(UUID guid) {
    this.guid = guid;
  }

  /** Wants the log, if it can have entries. */
  static void want(Regions regions, VhdxHeader header) throws ImageRefusedException {
    if (!header.logGuid().equals(VhdxGuid.ZERO)) {
      VhdxLog log = new VhdxLog(header.logGuid());
      Pages.want(regions, header.log().offset(), header.log().length(), log::visit);
    }
  }

  private int visit(long offset, ByteBuffer bytes, int wanted) throws ImageRefusedException {
    VhdxInspector.requireWhole("log", offset, bytes, wanted);
    ByteBuffer fields = bytes.order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < wanted; at += ENTRY_ALIGNMENT) {
      boolean entry = fields.slice(at, SIGNATURE.limit()).equals(SIGNATURE);
      if (entry && VhdxGuid.read(fields, at + LOG_GUID).equals(guid)) {
        throw new ImageRefusedException(
            Rule.X7, "log", offset + at, "the log of the VHDX has an entry to be replayed");
      }
    }
    return wanted;
  }
}
