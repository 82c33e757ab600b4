using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Datasets.Episodes;
using Magma.Datasets.LeRobot;
using Magma.Datasets.Parquet;
using Magma.Datasets.Rlds;
using Magma.Testing;

namespace Magma.Datasets.Tests.LeRobot;

public sealed class LeRobotWriterTests
{
    [Theory]
    [InlineData("v3.0")]
    [InlineData("v3.0-images")]
    public void What_is_written_is_laid_out_as_the_reference_writes_it_and_reads_back_equal(string fixture)
    {
        using var folder = new TemporaryFolder();
        string theirs = Repository.Golden("lerobot", fixture), ours = folder["ours"];
        LeRobotDataset source = LeRobotDataset.Open(theirs);
        Assert.Equal(3, LeRobotWriter.Write(ours, DescriptionOf(source), source.Episodes()));

        Assert.Equal(Files(theirs), Files(ours));
        foreach (string table in Files(theirs).Where(file => file.EndsWith(".parquet", StringComparison.Ordinal)))
            AssertSameLayout(Path.Combine(theirs, table), Path.Combine(ours, table));
        AssertSameMembers(Json(theirs, "info.json"), Json(ours, "info.json"));
        AssertSameMembers(Json(theirs, "stats.json"), Json(ours, "stats.json"));

        LeRobotEpisode[] back = [.. LeRobotDataset.Open(ours).Episodes()];
        JsonElement expected = LeRobotDatasetTests.Expected("expected-v3.0.json").GetProperty("episodes");
        for (int e = 0; e < back.Length; e++) LeRobotDatasetTests.AssertEpisode(expected[e], back[e]);
    }

    [Fact]
    public void Statistics_of_episodes_and_of_all_agree_with_the_reference()
    {
        using var folder = new TemporaryFolder();
        LeRobotDataset source = LeRobotDataset.Open(Repository.Golden("lerobot", "v3.0-images"));
        LeRobotWriter.Write(folder["ours"], DescriptionOf(source), source.Episodes());
        JsonElement theirs = Json(source.Folder, "stats.json"), ours = Json(folder["ours"], "stats.json");
        foreach (JsonProperty feature in theirs.EnumerateObject())
        {
            // The reference joins the deviations of episodes' pictures in another way, so those are not compared.
            bool camera = feature.Name.Contains("images", StringComparison.Ordinal);
            foreach (string name in camera ? (string[])["min", "max", "mean", "count"] : ["min", "max", "mean", "std", "count"])
            {
                double[] expected = Flat(feature.Value.GetProperty(name)), actual = Flat(ours.GetProperty(feature.Name).GetProperty(name));
                Assert.Equal(expected.Length, actual.Length);
                for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], camera && name == "mean" ? 0.01 : 1e-6);
            }
        }
    }

    [Fact]
    public void An_rlds_data_set_becomes_a_lerobot_one()
    {
        using var folder = new TemporaryFolder();
        RldsDataset rlds = RldsDataset.Open(Repository.Golden("rlds", "tiny_arm"));
        var source = new RldsRobotDataset(rlds, "train", RldsMapping.Guess(rlds));
        var description = new LeRobotDescription(
            5, null,
            [
                new("action", "float32", [7]), new("observation.state", "float32", [7]),
            ]);
        Assert.Equal(3, LeRobotWriter.Write(folder["out"], description, source.Episodes()));
        RobotEpisode[] back = [.. LeRobotDataset.Open(folder["out"]).Episodes()];
        RobotEpisode[] original = [.. source.Episodes()];
        for (int e = 0; e < 3; e++)
        {
            Assert.Equal(original[e].Steps.Select(step => step.Instruction), back[e].Steps.Select(step => step.Instruction));
            Assert.Equal(original[e].Steps.Select(step => step.Action), back[e].Steps.Select(step => step.Action));
        }
    }

    [Fact]
    public void Traces_are_kept_as_language_events_of_their_camera()
    {
        using var folder = new TemporaryFolder();
        var trace = new LanguageEvent("assistant", "[[1, 2], [3, 4]]", "trace", "observation.images.front");
        RobotStep[] steps = [.. Enumerable.Range(0, 5).Select(i => new RobotStep([i], null, "go") { Events = i == 2 ? [trace] : [] })];
        var description = new LeRobotDescription(10, "arm", [new("action", "float32", [1]), new("language_events", "language", [1])]);
        LeRobotWriter.Write(folder["out"], description, [new Recording(steps)]);
        LeRobotEpisode back = Assert.Single(LeRobotDataset.Open(folder["out"]).Episodes());
        Assert.Equal([trace], back.Steps[2].Events);
        Assert.All(back.Steps.Where((_, i) => i != 2), step => Assert.Empty(step.Events));
    }

    [Fact]
    public void A_folder_that_holds_something_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["x"], "");
        Assert.Throws<IOException>(() => LeRobotWriter.Write(folder.Path, new LeRobotDescription(10, null, []), []));
    }

    [Fact]
    public void Cameras_with_the_channels_first_and_numbers_without_dimensions_are_written_too()
    {
        using var folder = new TemporaryFolder();
        LeRobotDataset source = LeRobotDataset.Open(Repository.Golden("lerobot", "v3.0"));
        LeRobotDescription description = DescriptionOf(source);
        description = description with
        {
            Features =
            [
                .. description.Features.Select(feature => feature.IsCamera ? feature with { Shape = [feature.Shape[2], feature.Shape[0], feature.Shape[1]] }
                    : feature.Name == "next.reward" ? feature with { Shape = [] } : feature),
            ],
        };

        Assert.Equal(1, LeRobotWriter.Write(folder["ours"], description, source.Episodes().Take(1)));

        LeRobotEpisode first = source.Episodes().First(), back = LeRobotDataset.Open(folder["ours"]).Episodes().Single();
        Assert.Equal(first.Steps[^1].Others["next.reward"], back.Steps[^1].Others["next.reward"]);
        using Vision.Image frame = back.Frames("observation.images.wrist").First();
        Assert.Equal(new Vision.PixelSize(64, 64), frame.Size);
    }

    private static LeRobotDescription DescriptionOf(LeRobotDataset source) => new(
        (int)source.Info.FramesPerSecond, source.Info.RobotType,
        [.. source.Info.Features.Where(feature => !LeRobotFeature.Defaults.Any(d => d.Name == feature.Name))]);

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    private static JsonElement Json(string folder, string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "meta", file))).RootElement;

    private static void AssertSameLayout(string theirs, string ours)
    {
        using ParquetReader expected = ParquetReader.Open(theirs), actual = ParquetReader.Open(ours);
        string[] Columns(ParquetReader reader) => [.. reader.Columns.Select(c => $"{c.Name} {c.Type} {c.Type.IsLarge}")];
        Assert.Equal(Columns(expected), Columns(actual));
        Assert.Equal((expected.RowCount, expected.RowGroupCount), (actual.RowCount, actual.RowGroupCount));
        Assert.Equal(expected.Metadata.Keys.Order(), actual.Metadata.Keys.Order());
        if (!expected.Metadata.TryGetValue("huggingface", out string? features)) return;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(features)!["info"], JsonNode.Parse(actual.Metadata["huggingface"])!["info"]));
    }

    // Members, their order apart, and kinds of values; the codec's name differs (ours is H.264).
    private static void AssertSameMembers(JsonElement expected, JsonElement actual)
    {
        Assert.Equal(expected.ValueKind, actual.ValueKind);
        if (expected.ValueKind == JsonValueKind.Object)
        {
            Assert.Equal(expected.EnumerateObject().Select(m => m.Name).Order(), actual.EnumerateObject().Select(m => m.Name).Order());
            foreach (JsonProperty member in expected.EnumerateObject()) AssertSameMembers(member.Value, actual.GetProperty(member.Name));
        }
        else if (expected.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
            for (int i = 0; i < expected.GetArrayLength(); i++) AssertSameMembers(expected[i], actual[i]);
        }
    }

    private static double[] Flat(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Flat)],
        JsonValueKind.True => [1],
        JsonValueKind.False => [0],
        _ => [value.GetDouble()],
    };

    private sealed class Recording(IReadOnlyList<RobotStep> steps) : RobotEpisode
    {
        public override string Id => "recording";

        public override IReadOnlyList<RobotStep> Steps => steps;

        public override IReadOnlyList<string> Cameras => [];

        public override IEnumerable<Vision.Image> Frames(string camera) => throw new InvalidDataException(camera);
    }
}
