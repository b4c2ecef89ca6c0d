package io.joulestream.core.nvfp4;

/** Formats without blocks, for comparison: FP8 with one scale per tensor (SPEC 11), BF16 and FP16 as they are. */
enum ElementCodec implements TensorCodec {
    FP8_E4M3(8, E4M3.MAX) {
        @Override
        int encodeElement(float v) {
            return E4M3.encode(v);
        }

        @Override
        float decodeElement(int code) {
            return E4M3.decode(code);
        }
    },
    FP8_E5M2(8, E5M2.MAX) {
        @Override
        int encodeElement(float v) {
            return E5M2.encode(v);
        }

        @Override
        float decodeElement(int code) {
            return E5M2.decode(code);
        }
    },
    BF16(16, 0f) {
        @Override
        int encodeElement(float v) {
            return Bf16.encode(v);
        }

        @Override
        float decodeElement(int code) {
            return Bf16.decode(code);
        }
    },
    FP16(16, 0f) {
        @Override
        int encodeElement(float v) {
            return Fp16.encode(v);
        }

        @Override
        float decodeElement(int code) {
            return Fp16.decode(code);
        }
    };

    private final int bits;
    private final float range;

    /** @param range what the largest magnitude is scaled to; 0 for a format used unscaled */
    ElementCodec(int bits, float range) {
        this.bits = bits;
        this.range = range;
    }

    abstract int encodeElement(float v);

    abstract float decodeElement(int code);

    @Override
    public int blockLength() {
        return 0;
    }

    @Override
    public int bitsPerCode() {
        return bits;
    }

    @Override
    public boolean hasTensorScale() {
        return range > 0f;
    }

    @Override
    public TensorScale tensorScale(float amax) {
        return hasTensorScale() ? TensorScale.of(amax, range) : TensorScale.NONE;
    }

    @Override
    public void encode(Span span, TensorScale tensor, Rounding rounding) {
        float[] x = span.elements();
        byte[] codes = span.codes();
        int to = span.codesFrom();
        for (int i = span.elementsFrom(); i < span.elementsFrom() + span.length(); i++) {
            int code = encodeElement(x[i] * tensor.encode());
            codes[to++] = (byte) code;
            if (bits == 16) {
                codes[to++] = (byte) (code >>> 8);
            }
        }
    }

    @Override
    public void decode(Span span, TensorScale tensor) {
        float[] values = span.elements();
        byte[] codes = span.codes();
        int from = span.codesFrom();
        for (int i = span.elementsFrom(); i < span.elementsFrom() + span.length(); i++) {
            int code = codes[from++] & 0xFF;
            if (bits == 16) {
                code |= (codes[from++] & 0xFF) << 8;
            }
            values[i] = decodeElement(code) * tensor.decode();
        }
    }
}
