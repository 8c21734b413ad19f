package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** Reads the GUIDs of a VHDX: the first three parts little endian (MS-DTYP 2.3.4.2). */
final class VhdxGuid {
  static final UUID ZERO = new UUID(0, 0);

  private VhdxGuid() {}

  static UUID read(ByteBuffer fields, int at) {
    ByteBuffer little = fields.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer big = fields.duplicate().order(ByteOrder.BIG_ENDIAN);
    long high =
        Integer.toUnsignedLong(little.getInt(at)) << 32
            | Short.toUnsignedLong(little.getShort(at + 4)) << 16
            | Short.toUnsignedLong(little.getShort(at + 6));
    return new UUID(high, big.getLong(at + 8));
  }
}
