package io.joulestream.core.nvfp4;

/** NVFP4 proper (SPEC 3 to 6): the scale of a block maps its largest magnitude to 6. */
final class Nvfp4Codec extends BlockCodec {
    /** Which order the block scale is computed in (SPEC 4); they differ only next to a rounding boundary. */
    enum ScaleFormula {
        /** {@code B * (S * (1/6))}. */
        FOLD {
            @Override
            void scale(float[] maxima, int count, float encodeScale) {
                float folded = encodeScale * INV6;
                for (int i = 0; i < count; i++) {
                    maxima[i] *= folded;
                }
            }
        },
        /** {@code (B / 6) * S}. */
        LEGACY {
            @Override
            void scale(float[] maxima, int count, float encodeScale) {
                for (int i = 0; i < count; i++) {
                    maxima[i] = maxima[i] / 6f * encodeScale;
                }
            }
        };

        private static final float INV6 = Float.intBitsToFloat(0x3E2A_AAAB);

        /** Turns largest magnitudes into scales not yet rounded; one that overflows saturates when it is. */
        abstract void scale(float[] maxima, int count, float encodeScale);
    }

    private static final float RANGE = 2688f;
    private static final float INV2688 = Float.intBitsToFloat(0x39C3_0C31);

    private final ScaleFormula formula;

    Nvfp4Codec(int tileRows, ScaleFormula formula) {
        super(tileRows, RANGE, INV2688);
        this.formula = formula;
    }

    @Override
    public boolean roundsStochastically() {
        return true;
    }

    @Override
    public boolean takesHadamard() {
        return tileRows() == 1;
    }

    @Override
    void chooseScales(Chunk chunk) {
        formula.scale(chunk.numbers, chunk.blocks, chunk.tensor.encode());
        KERNEL.encodeScales(chunk.numbers, chunk.blocks, chunk.span.scales(), chunk.scalesFrom(0));
    }
}
