package io.joulestream.app.tensor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a {@code .safetensors} file: eight bytes that tell its length (little-endian), then a JSON object that gives each
 * tensor a dtype, a shape and where its bytes begin and end behind the header.
 *
 * <p>What the format asks for is asked for here: at most 100 MB of header, no key twice, and tensors that lie next to each other
 * from the first byte behind the header to the last of the file, without a hole or an overlap. Beyond it: at most 65,536 names of
 * at most 512 characters, so that a header of short lies cannot fill the memory. A dtype that is not known is listed, its bytes
 * taken as they are given.
 */
final class SafetensorsHeader {
    private static final int LENGTH_BYTES = 8;
    private static final int MAX_HEADER_BYTES = 100_000_000;
    private static final int MAX_NAMES = 65_536;
    private static final int MAX_NAME_LENGTH = 512;
    private static final int MAX_NESTING = 4;
    private static final String METADATA = "__metadata__";

    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("F32", 32),
            Map.entry("BF16", 16),
            Map.entry("F16", 16),
            Map.entry("F64", 64),
            Map.entry("C64", 64),
            Map.entry("I64", 64),
            Map.entry("U64", 64),
            Map.entry("I32", 32),
            Map.entry("U32", 32),
            Map.entry("I16", 16),
            Map.entry("U16", 16),
            Map.entry("I8", 8),
            Map.entry("U8", 8),
            Map.entry("BOOL", 8),
            Map.entry("F8_E4M3", 8),
            Map.entry("F8_E5M2", 8),
            Map.entry("F8_E8M0", 8),
            Map.entry("F6_E2M3", 6),
            Map.entry("F6_E3M2", 6),
            Map.entry("F4", 4));

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_NESTING)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .maxNumberLength(32)
                    .build())
            // names are used once; a table of them would outlive the file
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final Path path;
    private final FileChannel channel;
    private final Set<String> names = new HashSet<>();
    private long dataFrom;
    private long dataBytes;

    SafetensorsHeader(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    List<StoredTensor> read() throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw refused("has " + size + " bytes, too few for the length of a header");
        }
        long length = ByteBuffer.wrap(TensorFile.bytes(path, channel, 0, LENGTH_BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        if (length < 2 || length > MAX_HEADER_BYTES) {
            throw refused("says that its header has " + Long.toUnsignedString(length) + " bytes; 2 to "
                    + MAX_HEADER_BYTES + " are allowed");
        }
        if (length > size - LENGTH_BYTES) {
            throw refused(
                    "says that its header has " + length + " bytes, but only " + (size - LENGTH_BYTES) + " follow");
        }
        dataFrom = LENGTH_BYTES + length;
        dataBytes = size - dataFrom;
        byte[] header = TensorFile.bytes(path, channel, LENGTH_BYTES, (int) length);
        if (header[0] != '{') {
            throw refused("has a header that does not begin with {");
        }
        List<StoredTensor> tensors = parse(header);
        requireOneBesideTheOther(tensors);
        return tensors;
    }

    private List<StoredTensor> parse(byte[] header) throws IOException {
        // a decoder of our own, so that the parser does not guess at UTF-16, and refuses what is not UTF-8
        InputStreamReader text = new InputStreamReader(new ByteArrayInputStream(header), UTF_8.newDecoder());
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            List<StoredTensor> tensors = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = newName(json, names);
                if (name.equals(METADATA)) {
                    metadata(json);
                } else {
                    tensors.add(tensor(json, name));
                }
            }
            if (json.nextToken() != null) {
                throw refused("has something behind the JSON object of its header");
            }
            return tensors;
        } catch (JsonProcessingException e) {
            throw refused("has a header that is not JSON as it should be: " + e.getOriginalMessage());
        } catch (CharacterCodingException e) {
            throw refused("has a header that is not UTF-8");
        }
    }

    /** Texts by name; of no use here. */
    private void metadata(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw refused("has a " + METADATA + " that is no object");
        }
        Set<String> keys = new HashSet<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = newName(json, keys);
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw refused("has a " + METADATA + " whose " + Printable.quoted(key) + " is no text");
            }
        }
    }

    /** The name at which the parser stands. */
    private String newName(JsonParser json, Set<String> before) throws IOException {
        String name = json.currentName();
        if (!before.add(name)) {
            throw refused("has the name " + Printable.quoted(name) + " twice");
        }
        if (before.size() > MAX_NAMES) {
            throw refused("has more than " + MAX_NAMES + " names in its header");
        }
        return name;
    }

    private StoredTensor tensor(JsonParser json, String name) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw refused(name, "is described by something that is no object");
        }
        String dtype = null;
        List<Long> shape = null;
        List<Long> range = null;
        Set<String> fields = new HashSet<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = newName(json, fields);
            switch (field) {
                case "dtype" -> dtype = dtype(json, name);
                case "shape" -> shape = numbers(json, name, field, Shapes.MAX_DIMENSIONS);
                case "data_offsets" -> range = numbers(json, name, field, 2);
                default ->
                    throw refused(name, "has a field " + Printable.quoted(field) + " that the format does not know");
            }
        }
        if (dtype == null || shape == null || range == null) {
            throw refused(name, "lacks one of dtype, shape and data_offsets");
        }
        if (range.size() != 2) {
            throw refused(name, "has data_offsets " + range + " where a beginning and an end should be");
        }
        return placed(name, dtype, shape, range.get(0), range.get(1));
    }

    private String dtype(JsonParser json, String name) throws IOException {
        if (json.nextToken() != JsonToken.VALUE_STRING || json.getTextLength() > 16) {
            throw refused(name, "has a dtype that is no short text");
        }
        return json.getText();
    }

    private List<Long> numbers(JsonParser json, String name, String field, int atMost) throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            throw refused(name, "has a " + field + " that is no array");
        }
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw refused(name, "has a " + field + " with something that is no whole number");
            }
            if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
                throw refused(
                        name,
                        "has " + json.getText() + " in its " + field + "; 0 to " + Long.MAX_VALUE + " are possible");
            }
            if (numbers.size() == atMost) {
                throw refused(name, "has more than " + atMost + " numbers in its " + field);
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private StoredTensor placed(String name, String dtype, List<Long> shape, long begin, long end) {
        if (begin > end) {
            throw refused(name, "ends at " + end + ", before it begins at " + begin);
        }
        if (end > dataBytes) {
            throw refused(name, "ends at byte " + end + ", but " + dataBytes + " lie behind the header");
        }
        long needed;
        try {
            needed = BITS.containsKey(dtype)
                    ? Shapes.bytes(shape, BITS.get(dtype))
                    : Math.min(Shapes.elements(shape), end - begin);
        } catch (ArithmeticException e) {
            throw refused(name, "has a shape " + shape + " of more elements than there can be");
        }
        if (BITS.containsKey(dtype) && needed != end - begin) {
            throw refused(
                    name,
                    "of shape " + shape + " and dtype " + dtype + " should have "
                            + (needed < 0 ? "whole bytes" : needed + " bytes") + ", but its data_offsets span "
                            + (end - begin));
        }
        return new StoredTensor(name, dtype, shape, false, dataFrom + begin, end - begin);
    }

    private void requireOneBesideTheOther(List<StoredTensor> tensors) {
        tensors.sort(Comparator.comparingLong(StoredTensor::offset).thenComparingLong(StoredTensor::bytes));
        long reached = dataFrom;
        for (StoredTensor tensor : tensors) {
            if (tensor.offset() < reached) {
                throw refused(
                        tensor.name(),
                        "begins at byte " + (tensor.offset() - dataFrom) + ", inside the one before it, which ends at "
                                + (reached - dataFrom));
            }
            if (tensor.offset() > reached) {
                throw refused(
                        tensor.name(),
                        "begins at byte " + (tensor.offset() - dataFrom) + " and leaves a hole of "
                                + (tensor.offset() - reached) + " bytes before it");
            }
            reached += tensor.bytes();
        }
        if (reached != dataFrom + dataBytes) {
            throw refused("has " + (dataFrom + dataBytes - reached) + " bytes at its end that belong to no tensor");
        }
    }

    private RefusedTensorException refused(String tensor, String why) {
        return refused("is not read: tensor " + Printable.quoted(tensor) + " " + why);
    }

    private RefusedTensorException refused(String why) {
        return new RefusedTensorException(path + " " + why);
    }
}
