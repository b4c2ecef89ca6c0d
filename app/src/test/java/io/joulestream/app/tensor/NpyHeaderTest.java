package io.joulestream.app.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyHeaderTest {
    private static final String TWO_BY_THREE = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void allVersionsAreRead(int version) throws IOException {
        StoredTensor tensor = read(TensorFiles.npy(version, TWO_BY_THREE + "     \n", new byte[24]));

        assertThat(tensor)
                .isEqualTo(new StoredTensor(
                        "x", "F32", List.of(2L, 3L), false, (version == 1 ? 10 : 12) + TWO_BY_THREE.length() + 6, 24));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<f4      | (6,)       | F32  | 1 | 6",
                "<f2      | (2, 3, 2)  | F16  | 6 | 2",
                "<V2      | (3, 4)     | BF16 | 3 | 4",
                "bfloat16 | (3L, 4L)   | BF16 | 3 | 4",
                "<f4      | ()         | F32  | 1 | 1",
                "<f4      | (0, 4)     | F32  | 0 | 4",
            })
    void dtypesAndShapesAreRead(String descr, String shape, String dtype, long rows, long cols) throws IOException {
        int bytes = (int) (rows * cols * (dtype.equals("F32") ? 4 : 2));

        StoredTensor tensor = read(TensorFiles.npy(
                "{\"shape\":" + shape + ",\"descr\":\"" + descr + "\",\"fortran_order\":False}\n", new byte[bytes]));

        assertThat(tensor.dtype()).isEqualTo(dtype);
        assertThat(tensor.rows()).isEqualTo(rows);
        assertThat(tensor.cols()).isEqualTo(cols);
    }

    @Test
    void aMatrixInFortranOrderIsColumnMajor() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}";

        assertThat(read(TensorFiles.npy(header, new byte[24])).columnMajor()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'descr': '>f4', 'fortran_order': False, 'shape': (6,)}  | 24 | is of dtype \">f4\"; little-endian",
                "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}  | 24 | is of dtype \"<f8\"",
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)} | 24 | not read at its character 1",
                "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 1)} | 24 | Fortran order with 3 dimensions",
                "{'descr': '<f4', 'fortran_order': 'True', 'shape': (6,)} | 20 | should have 24 bytes behind its header, but has 20",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}  | 25 | should have 24 bytes behind its header, but has 25",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976,)} | 24 | should have 4611686018427387904 bytes",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)} | 24 | of more elements than there can be",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,)} | 24 | has 9223372036854775808 in its shape",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)} | 24 | not read at its character",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,,3)} | 24 | something that is no dimension",
                "{'descr': '<f4', 'fortran_order': False, 'shape': '(6,)'} | 20 | should have 24 bytes",
                "{'descr': '<f4', 'fortran_order': False, 'shape': '6'}   | 24 | a shape that is no tuple",
                "{'descr': '<f4', 'fortran_order': 'no', 'shape': (6,)}   | 24 | neither True nor False",
                "{'descr': '<f4', 'shape': (6,)}                          | 24 | other entries than descr",
                "{'descr': '<f4', 'descr': '<f4', 'shape': (6,)}          | 24 | \"descr\" twice",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} x | 24 | something behind the dictionary",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)   | 24 | not read at its character",
                "x                                                        | 24 | no Python dictionary",
            })
    void whatIsNotReadSaysWhy(String header, int dataBytes, String why) {
        assertRefused(TensorFiles.npy(header + "\n", new byte[dataBytes]), why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'descr': '<f4'%s", "'descr'%s", "'descr': %s", "'descr': '<f4',%s", "%s"})
    void aHeaderOfSpacesIsRefusedAtOnce(String start) {
        byte[] file = TensorFiles.npy(2, "{" + start.formatted(" ".repeat(65_000)) + "x", new byte[24]);

        assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> assertRefused(file, "has a header that is not read at its character"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"|V2", "|O"})
    void aTypeWithoutByteOrderIsNotTakenForAnother(String descr) {
        String header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (6,)}";

        assertRefused(TensorFiles.npy(header, new byte[12]), "is of dtype \"" + descr + "\"");
    }

    @Test
    void theStartIsHeldAgainstTheFile() {
        byte[] cut = Arrays.copyOf(TensorFiles.npy(TWO_BY_THREE, new byte[24]), 40);
        byte[] version4 = TensorFiles.npy(TWO_BY_THREE, new byte[24]);
        version4[6] = 4;
        byte[] longHeader = TensorFiles.npy(2, TWO_BY_THREE, new byte[24]);
        longHeader[11] = (byte) 0xFF;

        assertRefused(new byte[0], "does not begin as a .npy file does");
        assertRefused("PK\3\4 and more of a zip".getBytes(), "does not begin as a .npy file does");
        assertRefused(cut, "but only 30 follow");
        assertRefused(version4, "is of version 4");
        assertRefused(longHeader, "says that its header has 427819");
    }

    private void assertRefused(byte[] bytes, String why) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(RefusedTensorException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("x.npy");
    }

    private StoredTensor read(byte[] bytes) throws IOException {
        return TensorFile.read(Files.write(folder.resolve("x.npy"), bytes)).only();
    }
}
