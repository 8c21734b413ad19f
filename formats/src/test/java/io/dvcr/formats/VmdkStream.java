package io.dvcr.formats;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Makes stream-optimized VMDKs as VMware and VirtualBox export them, which no tool here does: the
 * tables behind their grains, the directory and a footer at the end (VMware Virtual Disk Format
 * 5.0, Stream-Optimized Compressed Sparse Extents).
 */
final class VmdkStream {
  static final String DESCRIPTOR =
      """
      # Disk DescriptorFile
      version=1
      CID=7b6f1c2d
      parentCID=ffffffff
      createType="streamOptimized"

      # Extent description
      RW 16384 SPARSE "disk-stream.vmdk"

      # The Disk Data Base
      #DDB

      ddb.adapterType = "lsilogic"
      ddb.virtualHWVersion = "4"
      """;

  private static final int SECTOR = 512;
  private static final int OVERHEAD = 128;

  private final int grain;
  private final int entries;
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();

  /** Where the records of grains start, the tables, and so on: bytes. */
  final List<Integer> grains = new ArrayList<>();

  final List<Integer> tables = new ArrayList<>();
  int directory;
  int footer;

  /**
   * @param grain sectors of a grain
   * @param entries slots of a table
   */
  VmdkStream(int grain, int entries) {
    this.grain = grain;
    this.entries = entries;
  }

  /** The file of a disk. Grains of zeros are left out. */
  byte[] of(byte[] disk) {
    long capacity = Math.ceilDiv(disk.length, SECTOR);
    file.writeBytes(header(capacity, -1));
    file.writeBytes(Arrays.copyOf(DESCRIPTOR.getBytes(StandardCharsets.US_ASCII), 20 * SECTOR));
    file.writeBytes(new byte[OVERHEAD * SECTOR - file.size()]);
    int span = grain * entries * SECTOR;
    int[] tableSectors = new int[Math.ceilDiv(disk.length, span)];
    for (int i = 0; i < tableSectors.length; i++) {
      tableSectors[i] = table(disk, i * span);
    }
    marker(Math.ceilDiv(tableSectors.length * 4, SECTOR), 2);
    directory = file.size();
    sectors(little(tableSectors));
    marker(1, 3);
    footer = file.size();
    file.writeBytes(header(capacity, directory / SECTOR));
    marker(0, 0);
    return file.toByteArray();
  }

  /** Writes the grains of a table and the table; its sector, 0 if there is none. */
  private int table(byte[] disk, int start) {
    int[] slots = new int[entries];
    for (int i = 0; i < entries; i++) {
      int from = Math.min(disk.length, start + i * grain * SECTOR);
      int to = Math.min(disk.length, from + grain * SECTOR);
      byte[] bytes = Arrays.copyOfRange(disk, from, to);
      if (!Arrays.equals(bytes, new byte[bytes.length])) {
        slots[i] = grain(bytes, from / SECTOR);
      }
    }
    if (Arrays.stream(slots).allMatch(slot -> slot == 0)) {
      return 0;
    }
    marker(Math.ceilDiv(entries * 4, SECTOR), 1);
    tables.add(file.size());
    sectors(little(slots));
    return tables.getLast() / SECTOR;
  }

  private int grain(byte[] bytes, long lba) {
    Deflater deflater = new Deflater();
    deflater.setInput(bytes);
    deflater.finish();
    byte[] packed = new byte[2 * bytes.length + 100];
    int length = deflater.deflate(packed);
    deflater.end();
    grains.add(file.size());
    byte[] record =
        ByteBuffer.allocate(12 + length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(lba)
            .putInt(length)
            .put(packed, 0, length)
            .array();
    sectors(record);
    return grains.getLast() / SECTOR;
  }

  private void marker(long sectors, int type) {
    byte[] marker =
        ByteBuffer.allocate(SECTOR)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(sectors)
            .putInt(0)
            .putInt(type)
            .array();
    file.writeBytes(marker);
  }

  private byte[] header(long capacity, long directorySector) {
    return ByteBuffer.allocate(SECTOR)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("KDMV".getBytes(StandardCharsets.US_ASCII))
        .putInt(3)
        .putInt(0x30001)
        .putLong(capacity)
        .putLong(grain)
        .putLong(1)
        .putLong(20)
        .putInt(entries)
        .putLong(0)
        .putLong(directorySector)
        .putLong(OVERHEAD)
        .put((byte) 0)
        .put("\n \r\n".getBytes(StandardCharsets.US_ASCII))
        .putShort((short) 1)
        .array();
  }

  private void sectors(byte[] bytes) {
    file.writeBytes(Arrays.copyOf(bytes, Math.ceilDiv(bytes.length, SECTOR) * SECTOR));
  }

  private static byte[] little(int[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int number : numbers) {
      bytes.putInt(number);
    }
    return bytes.array();
  }
}
