package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a {@code .npy} file, versions 1 to 3: eight bytes of magic and version, the length of a text, and the text, a
 * Python dictionary of {@code descr}, {@code fortran_order} and {@code shape} in any order.
 *
 * <p>Read are little-endian {@code <f4} and {@code <f2}, and BF16, which NumPy does not know and its extension writes as
 * {@code <V2}. The array takes all that follows the header. Fortran order is read for up to two dimensions; with more, the
 * flattening of leading dimensions would be another one than in C order.
 */
final class NpyHeader {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER_BYTES = 1 << 16;
    private static final Map<String, String> DTYPES =
            Map.of("<f4", "F32", "<f2", "F16", "<V2", "BF16", "bfloat16", "BF16", "<bf16", "BF16");

    /**
     * One entry: a name in quotes, and a text in quotes, a truth, or numbers in parentheses. Spaces are given back to nobody, or
     * a header of them takes the square of its length.
     */
    private static final Pattern ENTRY = Pattern.compile(
            "\\s*+(?:'(\\w{1,20})'|\"(\\w{1,20})\")\\s*+:\\s*+(?:'([^'\"]{0,40})'|\"([^'\"]{0,40})\"|(True|False)|\\(([0-9L, ]{0,2000})\\))"
                    + "\\s*+(,?+\\s*+\\}|,)");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,19}");

    private final Path path;
    private final FileChannel channel;

    NpyHeader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    StoredTensor read() throws IOException {
        long size = channel.size();
        byte[] start = TensorFile.bytes(path, channel, 0, (int) Math.min(size, 12));
        if (start.length < 10 || !Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw refused("does not begin as a .npy file does");
        }
        int version = start[6];
        if (version < 1 || version > 3) {
            throw refused("is of version " + version + " of the .npy format; 1 to 3 are read");
        }
        int textFrom = version == 1 ? 10 : 12;
        if (start.length < textFrom) {
            throw refused("has " + size + " bytes, too few for the length of a header");
        }
        ByteBuffer numbers = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        long length = version == 1 ? numbers.getShort(8) & 0xFFFFL : numbers.getInt(8) & 0xFFFF_FFFFL;
        if (length > MAX_HEADER_BYTES) {
            throw refused("says that its header has " + length + " bytes; at most " + MAX_HEADER_BYTES + " are read");
        }
        if (length > size - textFrom) {
            throw refused("says that its header has " + length + " bytes, but only " + (size - textFrom) + " follow");
        }
        byte[] text = TensorFile.bytes(path, channel, textFrom, (int) length);
        return tensor(entries(new String(text, version == 3 ? UTF_8 : ISO_8859_1)), textFrom + length, size);
    }

    private Map<String, String> entries(String text) {
        if (!text.startsWith("{")) {
            throw refused("has a header that is no Python dictionary");
        }
        Map<String, String> entries = new HashMap<>();
        Matcher entry = ENTRY.matcher(text);
        int at = 1;
        boolean closed = false;
        while (!closed) {
            if (!entry.region(at, text.length()).lookingAt()) {
                throw refused("has a header that is not read at its character " + at);
            }
            String name = entry.group(1) != null ? entry.group(1) : entry.group(2);
            if (entries.put(name, value(entry)) != null) {
                throw refused("has " + Printable.quoted(name) + " twice in its header");
            }
            at = entry.end();
            closed = entry.group(7).endsWith("}");
        }
        if (!text.substring(at).isBlank()) {
            throw refused("has something behind the dictionary of its header");
        }
        if (!entries.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
            throw refused("has a header with other entries than descr, fortran_order and shape: " + entries.keySet());
        }
        return entries;
    }

    /** A tuple keeps its parentheses, so that no text is taken for one. */
    private static String value(Matcher entry) {
        for (int group = 3; group <= 5; group++) {
            if (entry.group(group) != null) {
                return entry.group(group);
            }
        }
        return "(" + entry.group(6) + ")";
    }

    private StoredTensor tensor(Map<String, String> entries, long from, long size) {
        String descr = entries.get("descr");
        String dtype = DTYPES.get(descr);
        if (dtype == null) {
            throw refused(
                    "is of dtype " + Printable.quoted(descr)
                            + "; little-endian <f4 and <f2, and bfloat16 as <V2, are read. Convert it: np.save(file, x.astype('<f4'))");
        }
        List<Long> shape = shape(entries.get("shape"));
        boolean fortran = switch (entries.get("fortran_order")) {
            case "True" -> true;
            case "False" -> false;
            default -> throw refused("has a fortran_order that is neither True nor False");
        };
        if (fortran && shape.size() > 2) {
            throw refused("is in Fortran order with " + shape.size()
                    + " dimensions; two are read. Convert it: np.save(file, np.ascontiguousarray(x))");
        }
        long needed;
        try {
            needed = Shapes.bytes(shape, dtype.equals("F32") ? 32 : 16);
        } catch (ArithmeticException e) {
            throw refused("has a shape " + shape + " of more elements than there can be");
        }
        if (needed != size - from) {
            throw refused("of shape " + shape + " and dtype " + descr + " should have " + needed
                    + " bytes behind its header, but has " + (size - from));
        }
        String file = String.valueOf(path.getFileName());
        return new StoredTensor(
                file.substring(0, file.length() - ".npy".length()),
                dtype,
                shape,
                fortran && shape.size() == 2,
                from,
                needed);
    }

    private List<Long> shape(String tuple) {
        if (!tuple.startsWith("(")) {
            throw refused("has a shape that is no tuple");
        }
        List<Long> shape = new ArrayList<>();
        String[] parts = tuple.substring(1, tuple.length() - 1).split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            // versions written by Python 2 have an L behind the number
            String part = parts[i].strip().replaceFirst("L$", "");
            boolean trailing = i == parts.length - 1 && part.isEmpty();
            if (trailing) {
                continue;
            }
            if (!NUMBER.matcher(part).matches()) {
                throw refused("has a shape " + Printable.quoted(tuple) + " with something that is no dimension");
            }
            try {
                shape.add(Long.parseLong(part));
            } catch (NumberFormatException e) {
                throw refused("has " + part + " in its shape; 0 to " + Long.MAX_VALUE + " are possible");
            }
            if (shape.size() > Shapes.MAX_DIMENSIONS) {
                throw refused("has more than " + Shapes.MAX_DIMENSIONS + " dimensions");
            }
        }
        return shape;
    }

    private RefusedTensorException refused(String why) {
        return new RefusedTensorException(path + " " + why);
    }
}
