package io.joulestream.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.joulestream.core.nvfp4.QuantisationMode;
import io.joulestream.core.nvfp4.Quantised;
import io.joulestream.core.nvfp4.Quantiser;
import io.joulestream.core.nvfp4.QuantiserOptions;
import io.joulestream.core.nvfp4.RandomHadamard;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader quantises a small tensor over HTTP and gets the library's bits; every answer is held to the contract. */
class QuantizeIT {
    private static TestApi api;

    @BeforeAll
    static void start() {
        api = TestApi.start();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void theWorkedBlockIsAsItIsTaught() {
        String values = IntStream.range(0, 16)
                .mapToObj(i -> Float.toString((i % 2 == 0 ? 1 : -1) * 0.11f * (i + 1)))
                .collect(Collectors.joining(","));

        JsonNode answer = ok("{\"rows\":1,\"cols\":16,\"amax\":3.5,\"values\":[" + values + "]}");

        assertThat(answer.get("codes_hex").asText()).isEqualTo("a1b2c4d5e5e6f6f7");
        assertThat(answer.get("scales_hex").asText()).isEqualTo("76");
        assertThat(answer.get("scale_values").get(0).asInt()).isEqualTo(224);
        assertThat(answer.get("tensor_scale").get("encode_hex").asText()).isEqualTo("44400000");
        assertThat(answer.get("tensor_scale").get("decode_hex").asText()).isEqualTo("3aaaaaab");
        assertThat(answer.get("code_values").get(15).asInt()).isEqualTo(-6);
        assertThat(answer.get("metrics").get("clipped_share").asDouble()).isEqualTo(1.0 / 16);
    }

    @ParameterizedTest
    @EnumSource
    void everyModeGivesTheBitsOfTheLibrary(QuantisationMode mode) {
        Random random = new Random(53);
        float[] x = new float[32 * 48];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        List<String> texts = new ArrayList<>();
        for (float value : x) {
            texts.add(Float.toString(value));
        }
        Quantised expected = new Quantiser(QuantiserOptions.of(mode)).quantise(x, 32, 48);

        JsonNode answer = ok("{\"rows\":32,\"cols\":48,\"mode\":\"" + mode + "\",\"values\":" + texts + "}");

        assertThat(answer.get("codes_hex").asText()).isEqualTo(HexFormat.of().formatHex(expected.codes()));
        assertThat(answer.get("scales_hex").isNull()).isEqualTo(expected.scales().length == 0);
        float[] values = expected.dequantise();
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.parseFloat(answer.get("values").get(i).asText())).isEqualTo(values[i]);
        }
        assertThat(answer.get("method").asText()).isEqualTo("nvfp4." + mode);
    }

    @Test
    void aTransposeATransformAndRandomBitsAreThoseOfTheLibrary() {
        float[] turned = {1, 3, -2, 4};
        Quantised expected = new Quantiser(QuantiserOptions.of(QuantisationMode.ONE_D)
                        .withHadamard(RandomHadamard.BF16)
                        .withStochasticRounding(-1, 7))
                .quantise(turned, 2, 2);

        JsonNode answer = ok(
                "{\"rows\":2,\"cols\":2,\"values\":[1,-2,3,4],\"transpose\":true,\"rht\":\"bf16\",\"rounding\":\"sr\","
                        + "\"seed\":\"18446744073709551615\",\"stream\":7}");

        assertThat(answer.get("codes_hex").asText()).isEqualTo(HexFormat.of().formatHex(expected.codes()));
        assertThat(answer.get("cols").asInt()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0.0", "0e-60", "-0e5"})
    void anAmaxOfZeroTurnsNoSign(String amax) {
        String body = "{\"rows\":1,\"cols\":2,\"values\":[1,-1],\"amax\":" + amax + "}";

        // as text: a reader of numbers loses the sign of zero
        String answer = api.post("/v1/nvfp4/quantize", body).body().replaceAll("\\s", "");

        assertThat(ok(body).get("tensor_scale").get("encode_hex").asText()).isEqualTo("3f800000");
        assertThat(answer).contains("\"values\":[0.0,-0.0]");
    }

    @Test
    void whatIsNotFiniteIsAText() {
        JsonNode answer = ok("{\"rows\":1,\"cols\":3,\"values\":[\"NaN\",\"-Infinity\",-0.0],\"mode\":\"bf16\"}");

        assertThat(answer.get("values").get(0).asText()).isEqualTo("NaN");
        assertThat(answer.get("values").get(1).asText()).isEqualTo("-Infinity");
        assertThat(answer.get("codes_hex").asText()).isEqualTo("c07f80ff0080");
        assertThat(answer.get("metrics").get("non_finite").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'rows':1,'cols':2,'values':[1]}                                | values   | has 1 numbers",
                "{'cols':1,'values':[1]}                                         | rows     | is needed",
                "{'rows':0,'cols':1,'values':[]}                                 | rows     | from 1 to 4096",
                "{'rows':-1,'cols':-1,'values':[1]}                              | rows     | from 1 to 4096",
                "{'rows':1,'cols':4097,'values':[1]}                             | cols     | from 1 to 4096",
                "{'rows':1,'cols':1,'values':[1e39]}                             | values   | that a binary32 can hold",
                "{'rows':1,'cols':1,'values':['0x1p3']}                          | values   | that a binary32 can hold",
                "{'rows':1,'cols':1,'values':[true]}                             | values   | that a binary32 can hold",
                "{'rows':1,'cols':1,'values':[null]}                             | values   | must be a number",
                "{'rows':1,'cols':1,'values':[[1]]}                              | values   | must be a number",
                "{'rows':1,'cols':1,'values':[1],'mode':'nvfp5'}                 | mode     | is not known: 'nvfp5'",
                "{'rows':1,'cols':1,'values':[1],'mode':'2d'}                    | mode     | multiples of 16, were 1 and 1",
                "{'rows':1,'cols':1,'values':[1],'rht':'fp64'}                   | rht      | is not known",
                "{'rows':1,'cols':1,'values':[1],'rht':'fp32','mode':'2d'}       | mode     | is not defined for mode 2d",
                "{'rows':1,'cols':1,'values':[1],'rounding':'up'}                | rounding | is not known",
                "{'rows':1,'cols':1,'values':[1],'rounding':'sr'}                | seed     | is needed",
                "{'rows':1,'cols':1,'values':[1],'seed':1}                       | rounding | must be sr",
                "{'rows':1,'cols':1,'values':[1],'rounding':'sr','seed':-1}      | seed     | from 0 to 2^64 - 1",
                "{'rows':1,'cols':1,'values':[1],'amax':-1}                      | amax     | must be >= 0",
                "{'rows':1,'cols':1,'values':[1],'amax':'NaN'}                   | amax     | must be >= 0",
                "{'rows':1,'cols':1,'values':[1],'mode':'nvfp5'}                 | mode     | known are 1d, 1d-legacy, 2d,",
                "{'rows':1,'cols':1,'values':[1],'rht':'fp64'}                   | rht      | known are none, fp32, bf16",
                "{'rows':1,'cols':1,'values':[1],'amax':1e-60}                   | amax     | is beyond what a binary32 can hold",
                "{'rows':1,'cols':1,'values':[1],'amax':3.5,'mode':'4over6-mae256','rounding':'sr','seed':1} | mode | stochastic rounding is not defined",
                "{'rows':1,'cols':1,'values':[1],'amax':1,'mode':'mxfp4-ceil'}   | amax     | has no tensor scale",
                "{'rows':1,'cols':1,'values':[1],'transpose':'yes'}              | transpose | is not known",
                "{'rows':1,'cols':1,'values':[1],'rows':1}                       | body     | must be a JSON object",
                "{'rows':1,'cols':1,'values':[1],'format':'fp4'}                 | format   | is not known; known are",
                "{'rows':1,'cols':1,'values':[1]} 2                              | body     | and nothing else",
                "[1]                                                             | body     | must be a JSON object",
                "{'rows':1,'cols':1,'values':[1                                  | body     | must be a JSON object",
            })
    void whatIsWrongIsToldByField(String body, String field, String detail) {
        HttpResponse<String> answer = api.post("/v1/nvfp4/quantize", body.replace('\'', '"'));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonNode errors = TestApi.parse(answer.body()).get("errors");
        assertThat(errors).anySatisfy(error -> {
            assertThat(error.get("field").asText()).isEqualTo(field);
            assertThat(error.get("detail").asText()).contains(detail);
        });
    }

    @Test
    void theLargestTensorIsTakenAndALargerOneRefused() {
        String largest = "{\"rows\":64,\"cols\":64,\"values\":" + Collections.nCopies(4096, "-1.2345678E-3") + "}";
        String larger = "{\"rows\":64,\"cols\":64,\"values\":" + Collections.nCopies(4097, "1") + "}";

        assertThat(ok(largest.replace(" ", "")).get("values")).hasSize(4096);
        HttpResponse<String> refused = api.post("/v1/nvfp4/quantize", larger.replace(" ", ""));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("4096 numbers here, this one has 4097");
    }

    private static JsonNode ok(String body) {
        HttpResponse<String> answer = api.post("/v1/nvfp4/quantize", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TestApi.parse(answer.body());
    }
}
