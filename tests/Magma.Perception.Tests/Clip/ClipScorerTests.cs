using Magma.Testing;
using Magma.Vision;

namespace Magma.Perception.Tests.Clip;

/// <summary>With models whose vectors are the mean colour of a picture and the colours that a text names (tests/golden/clip/make.py).</summary>
public sealed class ClipScorerTests
{
    private static readonly double[] Mean = [0.48145466, 0.4578275, 0.40821073], Deviation = [0.26862954, 0.26130258, 0.27577711];

    [Theory]
    [InlineData("image.onnx", "text.onnx")]
    [InlineData("both.onnx", null)]
    public void The_score_is_the_cosine_of_the_two_vectors(string model, string? text)
    {
        using ClipScorer scorer = ClipScorer.Open(Golden(model), text is null ? null : Golden(text));
        using Image red = Filled(new Color(255, 0, 0), 40, 30), wide = Filled(new Color(0, 255, 0), 30, 8), small = Filled(new Color(0, 0, 255), 3, 5);

        double[] scores = scorer.Score("A red, red GREEN car", [red, wide, small]);

        double[] colours = [2, 1, 0];
        Assert.Equal(Expected(colours, 1, 0, 0), scores[0], 1e-4);
        Assert.Equal(Expected(colours, 0, 1, 0), scores[1], 1e-4);
        Assert.Equal(Expected(colours, 0, 0, 1), scores[2], 1e-4);
    }

    [Fact]
    public void Of_a_picture_the_middle_square_is_seen()
    {
        using ClipScorer scorer = ClipScorer.Open(Golden("image.onnx"), Golden("text.onnx"));
        using Image image = Filled(new Color(255, 0, 0), 90, 30);
        image.FillRectangle(new PixelBox(30, 0, 60, 30), new Color(0, 0, 255));

        Assert.Equal(Expected([0, 0, 1], 0, 0, 1), scorer.Score("blue", [image])[0], 1e-4);
    }

    [Fact]
    public void A_text_without_a_known_word_scores_nothing()
    {
        using ClipScorer scorer = ClipScorer.Open(Golden("both.onnx"));
        using Image image = Filled(new Color(255, 0, 0), 9, 9);

        Assert.Equal([0.0], scorer.Score("", [image]));
    }

    [Theory]
    [InlineData("text.onnx", "image.onnx", "'pixel_values'")]
    [InlineData("image.onnx", null, "'input_ids'")]
    [InlineData("image.onnx", "image.onnx", "'input_ids'")]
    [InlineData("tokenizer.json", "text.onnx", "cannot be used as a model")]
    public void Models_that_are_no_such_part_are_refused_with_what_was_expected(string model, string? text, string told)
    {
        var problem = Assert.Throws<InvalidDataException>(() => ClipScorer.Open(Golden(model), text is null ? null : Golden(text)));
        Assert.Contains(told, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_model_and_the_tokenizer_of_another_model_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["tokenizer.json"], """{"added_tokens": [], "model": {"type": "Unigram", "vocab": []}}""");

        Assert.Throws<FileNotFoundException>(() => ClipScorer.Open(folder["none.onnx"], Golden("text.onnx")));
        Assert.Throws<FileNotFoundException>(() => ClipScorer.Open(Golden("both.onnx"), null, folder["none.json"]));
        var problem = Assert.Throws<InvalidDataException>(() => ClipScorer.Open(Golden("both.onnx"), null, folder["tokenizer.json"]));
        Assert.Contains("type 'Unigram'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_are_merged_by_rank_and_a_long_text_keeps_its_end()
    {
        ClipTokenizer tokenizer = ClipTokenizer.Load(Golden("tokenizer.json"));

        Assert.Equal(tokenizer.Encode("red", 77), tokenizer.Encode("  RED ", 77));
        Assert.Equal(3, tokenizer.Encode("red", 77).Length);
        Assert.Equal(4, tokenizer.Encode("re", 77).Length);
        long[] cut = tokenizer.Encode("red green blue red green blue", 5);
        Assert.Equal((5, (long)tokenizer.EndId), (cut.Length, cut[^1]));
    }

    private static double Expected(double[] text, double red, double green, double blue)
    {
        double[] image = [.. new[] { red, green, blue }.Select((value, channel) => (value - Mean[channel]) / Deviation[channel])];
        return text.Zip(image, (one, other) => one * other).Sum() / Math.Sqrt(text.Sum(value => value * value) * image.Sum(value => value * value));
    }

    private static Image Filled(Color colour, int width, int height)
    {
        var image = new Image(new PixelSize(width, height));
        image.FillRectangle(new PixelBox(0, 0, width, height), colour);
        return image;
    }

    private static string Golden(string name) => Repository.Golden("clip", name);
}
