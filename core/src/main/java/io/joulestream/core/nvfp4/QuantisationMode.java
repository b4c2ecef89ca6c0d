package io.joulestream.core.nvfp4;

import io.joulestream.core.nvfp4.FourOverSixCodec.ErrorNorm;
import io.joulestream.core.nvfp4.Mxfp4Codec.ScaleRule;
import io.joulestream.core.nvfp4.Nvfp4Codec.ScaleFormula;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a tensor is quantised to: the NVFP4 recipes, and the formats they are compared with. */
public enum QuantisationMode {
    /** NVFP4, one scale per 16 elements of a row (SPEC 3 to 5). */
    ONE_D("1d", new Nvfp4Codec(1, ScaleFormula.FOLD)),
    /** As {@link #ONE_D}, the block scale computed in the order of the paper and of older libraries (SPEC 4). */
    ONE_D_LEGACY("1d-legacy", new Nvfp4Codec(1, ScaleFormula.LEGACY)),
    /** NVFP4 for weights, one scale per 16 x 16 tile, so that the transpose has the same codes (SPEC 6). */
    TWO_D("2d", new Nvfp4Codec(16, ScaleFormula.FOLD)),
    /** Four-over-six, smaller sum of absolute errors, scale bound 256: its default (SPEC 10.1). */
    FOUR_OVER_SIX_MAE_256("4over6-mae256", new FourOverSixCodec(1, ErrorNorm.MAE, 256f)),
    /** Four-over-six, smaller sum of absolute errors, scale bound 448. */
    FOUR_OVER_SIX_MAE_448("4over6-mae448", new FourOverSixCodec(1, ErrorNorm.MAE, 448f)),
    /** Four-over-six, smaller sum of squared errors, scale bound 256. */
    FOUR_OVER_SIX_MSE_256("4over6-mse256", new FourOverSixCodec(1, ErrorNorm.MSE, 256f)),
    /** Four-over-six, smaller sum of squared errors, scale bound 448. */
    FOUR_OVER_SIX_MSE_448("4over6-mse448", new FourOverSixCodec(1, ErrorNorm.MSE, 448f)),
    /** {@link #FOUR_OVER_SIX_MAE_256} with one scale per 16 x 16 tile. */
    FOUR_OVER_SIX_MAE_256_TWO_D("4over6-mae256-2d", new FourOverSixCodec(16, ErrorNorm.MAE, 256f)),
    /** {@link #FOUR_OVER_SIX_MSE_448} with one scale per 16 x 16 tile. */
    FOUR_OVER_SIX_MSE_448_TWO_D("4over6-mse448-2d", new FourOverSixCodec(16, ErrorNorm.MSE, 448f)),
    /** MXFP4 with the exponent rule of the OCP specification (SPEC 11). */
    MXFP4_OCP("mxfp4-ocp", new Mxfp4Codec(ScaleRule.OCP)),
    /** MXFP4 with the smallest exponent that clips nothing (SPEC 11). */
    MXFP4_CEIL("mxfp4-ceil", new Mxfp4Codec(ScaleRule.CEIL)),
    /** FP8 E4M3, one scale per tensor (SPEC 11). */
    FP8_E4M3("fp8-e4m3", ElementCodec.FP8_E4M3),
    /** FP8 E5M2, one scale per tensor (SPEC 11). */
    FP8_E5M2("fp8-e5m2", ElementCodec.FP8_E5M2),
    /** BF16, unscaled (SPEC 1.5). */
    BF16("bf16", ElementCodec.BF16),
    /** FP16, unscaled; an overflow becomes an infinity and counts as not finite (SPEC 1.5). */
    FP16("fp16", ElementCodec.FP16);

    private final String cliName;
    private final TensorCodec codec;

    QuantisationMode(String cliName, TensorCodec codec) {
        this.cliName = cliName;
        this.codec = codec;
    }

    /** The mode called {@code cliName}. */
    public static QuantisationMode parse(String cliName) {
        for (QuantisationMode mode : values()) {
            if (mode.cliName.equals(cliName)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("quantisation mode must be one of "
                + Arrays.stream(values()).map(QuantisationMode::cliName).collect(Collectors.joining(", ")) + ", was "
                + cliName);
    }

    /** The name on the command line and in files, such as {@code 4over6-mae256}. */
    public String cliName() {
        return cliName;
    }

    @Override
    public String toString() {
        return cliName;
    }

    /** Whether a scale byte is stored for each block. */
    public boolean hasBlockScales() {
        return codec.blockLength() > 0;
    }

    /** Whether values are scaled by one binary32 of the tensor. */
    public boolean hasTensorScale() {
        return codec.hasTensorScale();
    }

    TensorCodec codec() {
        return codec;
    }

    /** The width padded to whole blocks; refuses a shape that cannot be cut into tiles. */
    long paddedCols(TensorShape shape) {
        int tileRows = codec.tileRows();
        if (tileRows > 1 && (shape.rows() % tileRows != 0 || shape.cols() % codec.blockLength() != 0)) {
            throw new IllegalArgumentException("mode " + this + " needs rows and cols to be multiples of " + tileRows
                    + ", were " + shape.rows() + " and " + shape.cols());
        }
        int multiple = Math.max(codec.blockLength(), 1);
        return Math.addExact(shape.cols(), multiple - 1) / multiple * multiple;
    }
}
