package io.dvcr.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The partition tables at the start of a disk. They are told, and never a reason to refuse: guests
 * live with tables that contradict each other.
 *
 * @param mbr whether there is a plausible master boot record (UEFI 2.x, 5.2.1)
 * @param gptSector bytes of a sector by the place of the GPT header (UEFI 2.x, 5.3.2: LBA 1); 0 if
 *     there is none
 * @param gptBackup LBA of the backup header, unsigned
 */
record PartitionTables(boolean mbr, int gptSector, long gptBackup) {
  static final PartitionTables NONE = new PartitionTables(false, 0, 0);

  /** The tables that {@code head} shows. */
  static PartitionTables in(Head head) {
    for (int sector : new int[] {512, 4096}) {
      if (head.has(sector, "EFI PART") && head.length() >= sector + 92) {
        long backup = little(head).getLong(sector + 32);
        return new PartitionTables(hasMbr(head), sector, backup);
      }
    }
    return new PartitionTables(hasMbr(head), 0, 0);
  }

  /** Adds what there is. */
  void addNames(List<String> notes) {
    if (gptSector > 0) {
      notes.add("GPT partition table");
    } else if (mbr) {
      notes.add("MBR partition table");
    }
  }

  /** Adds a warning if the GPT says that the disk goes on behind {@code fileLength} bytes. */
  void addMissing(long fileLength, List<String> notes) {
    if (gptSector > 0 && Long.compareUnsigned(gptBackup, fileLength / gptSector - 1) > 0) {
      notes.add("the GPT's backup header lies beyond the end: the image was cut");
    }
  }

  /** The signature alone proves nothing: boot sectors of file systems have it, too. */
  private static boolean hasMbr(Head head) {
    return head.length() >= 512
        && head.has(510, "U\u00AA")
        && !isFatBootSector(head)
        && hasEntries(little(head));
  }

  /** Two FATs and the media descriptor of a hard disk, as oslo.utils tells a FAT from an MBR. */
  private static boolean isFatBootSector(Head head) {
    return head.bytes()[0x10] == 2 && head.bytes()[0x15] == (byte) 0xF8;
  }

  /** Some entry is in use and every boot indicator is one of the two allowed. */
  private static boolean hasEntries(ByteBuffer head) {
    boolean used = false;
    for (int entry = 446; entry < 510; entry += 16) {
      if ((head.get(entry) & 0x7F) != 0) {
        return false;
      }
      used |= head.get(entry + 4) != 0 && head.getInt(entry + 12) != 0;
    }
    return used;
  }

  private static ByteBuffer little(Head head) {
    return head.buffer().order(ByteOrder.LITTLE_ENDIAN);
  }
}
