using System.Text.Json;
using Magma.Datasets.Episodes;
using Magma.Datasets.LeRobot;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Datasets.Tests.LeRobot;

public sealed class LeRobotDatasetTests
{
    [Theory]
    [InlineData("v2.1", "expected-v2.1.json")]
    [InlineData("v3.0", "expected-v3.0.json")]
    [InlineData("v3.0-split-h264", "expected-v3.0.json")]
    [InlineData("v3.0-images", "expected-v3.0.json")]
    public void Every_step_and_every_frame_is_the_expected_one(string folder, string expectedFile)
    {
        JsonElement expected = Expected(expectedFile);
        LeRobotDataset dataset = LeRobotDataset.Open(Repository.Golden("lerobot", folder));
        LeRobotEpisode[] episodes = [.. dataset.Episodes()];
        Assert.Equal(expected.GetProperty("episodes").GetArrayLength(), episodes.Length);
        Assert.Equal(expected.GetProperty("fps").GetDouble(), dataset.FramesPerSecond);
        for (int e = 0; e < episodes.Length; e++) AssertEpisode(expected.GetProperty("episodes")[e], episodes[e]);
    }

    [Theory]
    [InlineData("expected-v2.1.json")]
    [InlineData("expected-v3.0.json")]
    public void Frame_seven_of_every_video_is_the_decoded_picture(string expectedFile)
    {
        foreach (JsonProperty video in Expected(expectedFile).GetProperty("videos").EnumerateObject())
        {
            string dataset = video.Name.Split('/')[0], camera = video.Name.Split('/').First(part => part.StartsWith("observation.", StringComparison.Ordinal));
            int episode = dataset == "v3.0" ? 0 : int.Parse(Path.GetFileNameWithoutExtension(video.Name)[^3..], System.Globalization.CultureInfo.InvariantCulture);
            if (video.Name.Contains("chunk-001", StringComparison.Ordinal)) episode = 2;
            Image[] frames = [.. LeRobotDataset.Open(Repository.Golden("lerobot", dataset)).Episodes().ElementAt(episode).Frames(camera)];
            using Image expected = Image.Load(Repository.Golden(["lerobot", .. video.Value.GetProperty("frame_7").GetString()!.Split('/')]));
            Assert.Equal(expected.Size, frames[7].Size);
            // Both decode alike; from yuv420p to RGB they interpolate colour differently, which shows at the edges of the square.
            double off = frames[7].Pixels.ToArray().Zip(expected.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average();
            Assert.True(off < 3, $"{video.Name}: {off} levels off on average.");
            foreach (Image frame in frames) frame.Dispose();
        }
    }

    [Fact]
    public void A_damaged_table_loses_its_episodes_only()
    {
        using var folder = new TemporaryFolder();
        Copy(Repository.Golden("lerobot", "v3.0-split-h264"), folder.Path);
        string damaged = folder["data", "chunk-000", "file-001.parquet"];
        using (FileStream file = File.OpenWrite(damaged)) file.SetLength(file.Length / 2);
        var damage = new List<string>();
        Assert.Equal([0L, 2L], LeRobotDataset.Open(folder.Path).Episodes(damage.Add).Select(episode => episode.Index));
        Assert.Contains(damaged, Assert.Single(damage), StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => LeRobotDataset.Open(folder.Path).Episodes().Count());
    }

    [Fact]
    public void A_path_template_that_leads_out_of_the_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        Copy(Repository.Golden("lerobot", "v3.0"), folder.Path);
        string info = folder["meta", "info.json"];
        File.WriteAllText(info, File.ReadAllText(info).Replace("data/chunk", "../../data/chunk", StringComparison.Ordinal));
        InvalidDataException problem = Assert.Throws<InvalidDataException>(() => LeRobotDataset.Open(folder.Path));
        Assert.Contains("leads out", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_of_the_fixture_agree_with_its_own()
    {
        using var folder = new TemporaryFolder();
        LeRobotDataset dataset = LeRobotDataset.Open(Repository.Golden("lerobot", "v3.0"));
        NormalizationStatistics ours = NormalizationStatistics.Compute(dataset, folder["dataset_statistics.json"]);
        JsonElement theirs = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("lerobot", "v3.0", "meta", "stats.json"))).RootElement.GetProperty("action");
        double[] Row(string name) => [.. theirs.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal(Row("mean")[i], ours.Action.Mean[i], 1e-6);
            Assert.Equal(Row("std")[i], ours.Action.Std[i], 1e-6);
            Assert.Equal((Row("min")[i], Row("max")[i]), (ours.Action.Min[i], ours.Action.Max[i]));
        }

        Assert.Equal(7, Data.DatasetStatistics.Read(folder["dataset_statistics.json"])["v3.0"].Mean.Length);
    }

    internal static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    internal static JsonElement Expected(string file) => JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("lerobot", file))).RootElement;

    internal static void AssertEpisode(JsonElement expected, LeRobotEpisode episode)
    {
        Assert.Equal(expected.GetProperty("length").GetInt32(), episode.Steps.Count);
        for (int i = 0; i < episode.Steps.Count; i++)
        {
            RobotStep step = episode.Steps[i];
            Assert.Equal(expected.GetProperty("state")[i].EnumerateArray().Select(v => v.GetSingle()), step.State!);
            Assert.Equal(expected.GetProperty("action")[i].EnumerateArray().Select(v => v.GetSingle()), step.Action);
            Assert.Equal(expected.GetProperty("tasks")[i].GetString(), step.Instruction);
            Assert.Equal(expected.GetProperty("reward")[i].GetSingle(), (float)step.Others["next.reward"][0]);
            Assert.Equal(expected.GetProperty("done")[i].GetBoolean() ? 1 : 0, step.Others["next.done"][0]);
        }

        int[] colour = [.. expected.GetProperty("colour").EnumerateArray().Select(v => v.GetInt32())];
        foreach (string camera in episode.Cameras)
        {
            int i = 0;
            foreach (Image frame in episode.Frames(camera))
            {
                using (frame) AssertMarker(frame, expected.GetProperty("marker").GetProperty(camera)[i++], colour);
            }

            Assert.Equal(episode.Steps.Count, i);
        }
    }

    // The inside of the square has the episode's colour; the codec may be off by up to 40 levels on saturated colours.
    private static void AssertMarker(Image frame, JsonElement corner, int[] colour)
    {
        int left = corner[0].GetInt32() + 5, top = corner[1].GetInt32() + 5;
        Span<byte> pixels = frame.Pixels;
        for (int c = 0; c < 3; c++)
        {
            double sum = 0;
            for (int y = top; y < top + 6; y++)
            {
                for (int x = left; x < left + 6; x++) sum += pixels[(y * frame.Width + x) * 3 + c];
            }

            Assert.Equal(colour[c], sum / 36, 40.0);
        }
    }
}
