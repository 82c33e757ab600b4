using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Datasets.Episodes;
using Magma.Datasets.Rlds;
using Magma.Testing;
using Magma.Vision;

namespace Magma.Datasets.Tests.Rlds;

public sealed class RldsDatasetTests
{
    private static readonly JsonElement Expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("rlds", "expected.json"))).RootElement;
    private static readonly string Folder = Repository.Golden("rlds", "tiny_arm", "1.0.0");

    [Fact]
    public void Every_value_of_every_step_is_the_expected_one()
    {
        RldsDataset dataset = RldsDataset.Open(Repository.Golden("rlds", "tiny_arm"));
        RldsEpisode[] episodes = [.. dataset.Episodes("train")];
        JsonElement expected = Expected.GetProperty("episodes");
        Assert.Equal(expected.GetArrayLength(), episodes.Length);
        for (int e = 0; e < episodes.Length; e++)
        {
            JsonElement metadata = expected[e].GetProperty("episode_metadata"), steps = expected[e].GetProperty("steps");
            Assert.Equal(metadata.GetProperty("file_path").GetString(), episodes[e].Text("episode_metadata/file_path"));
            Assert.Equal([metadata.GetProperty("episode_id").GetDouble()], episodes[e].Numbers("episode_metadata/episode_id"));
            Assert.Equal([metadata.GetProperty("success").GetBoolean() ? 1.0 : 0.0], episodes[e].Numbers("episode_metadata/success"));
            Assert.Equal(steps.GetArrayLength(), episodes[e].StepCount);
            for (int s = 0; s < episodes[e].StepCount; s++) AssertStep(steps[s], episodes[e], s);
        }
    }

    [Fact]
    public void As_robot_episodes_the_instruction_action_state_and_pictures_are_found_by_themselves()
    {
        RldsDataset dataset = RldsDataset.Open(Folder);
        var robot = new RldsRobotDataset(dataset, "train", RldsMapping.Guess(dataset));
        RobotEpisode[] episodes = [.. robot.Episodes()];
        JsonElement first = Expected.GetProperty("episodes")[0].GetProperty("steps")[0];
        Assert.Equal(first.GetProperty("language_instruction").GetString(), episodes[0].Steps[0].Instruction);
        Assert.Equal(Floats(first.GetProperty("action")), episodes[0].Steps[0].Action);
        Assert.Equal(Floats(first.GetProperty("observation").GetProperty("state")), episodes[0].Steps[0].State!);
        Assert.Equal(["observation/image", "observation/wrist_image"], episodes[0].Cameras);
        using Image decoded = Image.Load(Repository.Golden("rlds", "first-image-decoded.png"));
        Image[] frames = [.. episodes[0].Frames("observation/image")];
        Assert.Equal(episodes[0].Steps.Count, frames.Length);
        // JPEG decoders differ in rounding; TensorFlow's and ours may be apart by a few steps.
        Assert.True(frames[0].Pixels.ToArray().Zip(decoded.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Max() <= 8);
        foreach (Image frame in frames) frame.Dispose();
    }

    [Fact]
    public void Statistics_are_those_of_numpy_and_are_cached_by_content()
    {
        using var folder = new TemporaryFolder();
        RldsDataset dataset = RldsDataset.Open(Folder);
        var robot = new RldsRobotDataset(dataset, "train", RldsMapping.Guess(dataset));
        NormalizationStatistics statistics = NormalizationStatistics.Compute(robot, folder["stats.json"]);
        double[][] actions = [.. Expected.GetProperty("episodes").EnumerateArray().SelectMany(e => e.GetProperty("steps").EnumerateArray())
            .Select(step => step.GetProperty("action").EnumerateArray().Select(v => v.GetDouble()).ToArray())];
        Assert.Equal((15, 3), (statistics.TransitionCount, statistics.TrajectoryCount));
        for (int i = 0; i < 7; i++)
        {
            double[] column = [.. actions.Select(action => action[i]).Order()];
            double mean = column.Average();
            Assert.Equal(mean, statistics.Action.Mean[i], 1e-12);
            Assert.Equal(Math.Sqrt(column.Average(v => (v - mean) * (v - mean))), statistics.Action.Std[i], 1e-12);
            Assert.Equal((column[0], column[^1]), (statistics.Action.Min[i], statistics.Action.Max[i]));
            Assert.Equal(column[0] + 0.14 * (column[1] - column[0]), statistics.Action.Q01[i], 1e-12);
            Assert.Equal(column[13] + 0.86 * (column[14] - column[13]), statistics.Action.Q99[i], 1e-12);
        }

        DateTime written = File.GetLastWriteTimeUtc(folder["stats.json"]);
        Assert.Equivalent(statistics, NormalizationStatistics.Compute(robot, folder["stats.json"]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(folder["stats.json"]));
    }

    [Fact]
    public void A_truncated_shard_is_reported_with_its_place_and_everything_else_is_kept()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Folder)) File.Copy(file, folder[Path.GetFileName(file)]);
        string shard = folder["tiny_arm-train.tfrecord-00000-of-00002"];
        using (FileStream stream = File.OpenWrite(shard)) stream.SetLength(stream.Length - 100);
        var damage = new List<string>();
        RldsEpisode[] episodes = [.. RldsDataset.Open(folder.Path).Episodes("train", damage.Add)];
        Assert.Equal(2, episodes.Length);
        Assert.StartsWith($"{shard}, byte ", Assert.Single(damage), StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => RldsDataset.Open(folder.Path).Episodes("train").Count());
    }

    [Fact]
    public void A_record_that_is_no_example_costs_itself_alone()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Folder)) File.Copy(file, folder[Path.GetFileName(file)]);
        string shard = folder["tiny_arm-train.tfrecord-00000-of-00002"];
        byte[] records = File.ReadAllBytes(shard);
        int second = (int)TfRecordReader.Read(shard).ElementAt(1).Offset;
        File.WriteAllBytes(
            shard, [.. records[..second], .. File.ReadAllBytes(Repository.Golden("rlds", "corrupt", "not-an-example.tfrecord")), .. records[second..]]);
        string info = folder["dataset_info.json"];
        File.WriteAllText(info, File.ReadAllText(info).Replace("\"2\"", "\"3\"", StringComparison.Ordinal));
        RldsDataset dataset = RldsDataset.Open(folder.Path);
        var damage = new List<string>();

        Assert.Equal(3, dataset.Episodes("train", damage.Add).Count());
        Assert.StartsWith($"{shard}, byte {second}: the record is no tf.train.Example", Assert.Single(damage), StringComparison.Ordinal);
        Assert.Equal(2, dataset.EpisodesFrom("train", 2).Count());
    }

    [Fact]
    public void Pictures_that_are_described_as_bytes_are_cameras_too()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Folder)) File.Copy(file, folder[Path.GetFileName(file)]);
        JsonNode features = JsonNode.Parse(File.ReadAllText(folder["features.json"]))!;
        JsonNode observation = features["featuresDict"]!["features"]!["steps"]!["sequence"]!["feature"]!["featuresDict"]!["features"]!["observation"]!;
        observation["featuresDict"]!["features"]!["image"] = JsonNode.Parse("""{"tensor": {"dtype": "string", "encoding": "none", "shape": {}}}""");
        File.WriteAllText(folder["features.json"], features.ToJsonString());
        RldsDataset dataset = RldsDataset.Open(folder.Path);

        RobotEpisode episode = new RldsRobotDataset(dataset, "train", RldsMapping.Guess(dataset)).Episodes().First();

        Assert.Equal(["observation/image", "observation/wrist_image"], episode.Cameras.Order());
        using Image frame = episode.Frames("observation/image").First();
        Assert.Equal(new PixelSize(32, 24), frame.Size);
    }

    [Fact]
    public void A_missing_shard_is_reported_and_the_others_are_read()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Folder)) File.Copy(file, folder[Path.GetFileName(file)]);
        File.Delete(folder["tiny_arm-train.tfrecord-00000-of-00002"]);
        var damage = new List<string>();
        Assert.Single(RldsDataset.Open(folder.Path).Episodes("train", damage.Add));
        Assert.Single(damage);
    }

    [Fact]
    public void A_data_set_of_open_x_embodiment_is_brought_to_its_common_actions_and_keeps_steps_and_pictures_together()
    {
        using var folder = new TemporaryFolder();
        Rename(folder, "bridge_orig");
        RldsDataset dataset = RldsDataset.Open(folder.Path);
        var raw = new RldsRobotDataset(dataset, "train", new RldsMapping(["action"], ["observation/state"], "language_instruction"));
        RobotEpisode plain = raw.Episodes().First(), bridge = new RldsRobotDataset(dataset, "train", RldsMapping.Guess(dataset)).Episodes().First();

        // Bridge's first step is dropped, and the last has no next state.
        Assert.Equal(plain.Steps.Count - 2, bridge.Steps.Count);
        for (int step = 0; step < bridge.Steps.Count; step++)
        {
            float[] now = plain.Steps[step + 1].State!, next = plain.Steps[step + 2].State!;
            Assert.Equal(now, bridge.Steps[step].State);
            Assert.Equal(next[..6].Zip(now, (to, from) => to - from), bridge.Steps[step].Action[..6]);
            Assert.InRange(bridge.Steps[step].Action[6], 0, 1);
            Assert.Equal(plain.Steps[step + 1].Instruction, bridge.Steps[step].Instruction);
        }

        Image[] all = [.. plain.Frames("observation/image")], kept = [.. bridge.Frames("observation/image")];
        Assert.Equal(all[1..^1].Select(frame => Convert.ToHexString(frame.Pixels)), kept.Select(frame => Convert.ToHexString(frame.Pixels)));
        foreach (Image frame in all.Concat(kept)) frame.Dispose();
    }

    [Fact]
    public void A_known_data_set_whose_features_do_not_fit_is_told_and_the_rest_is_read()
    {
        using var folder = new TemporaryFolder();
        Rename(folder, "taco_play");
        RldsDataset dataset = RldsDataset.Open(folder.Path);
        var robot = new RldsRobotDataset(dataset, "train", RldsMapping.Guess(dataset));
        var damage = new List<string>();

        Assert.Empty(robot.Episodes(damage.Add));

        Assert.Equal(3, damage.Count);
        Assert.All(damage, message => Assert.Contains("action/rel_actions_world", message, StringComparison.Ordinal));
        Assert.Throws<InvalidDataException>(() => robot.Episodes().Count());
    }

    [Theory]
    [InlineData("fractal20220817_data", "rt1")]
    [InlineData("bridge", "bridge_oxe")]
    [InlineData("bridge_dataset", "bridge_orig")]
    [InlineData("stanford_hydra_dataset_converted_externally_to_rlds", "stanford_hydra")]
    [InlineData("dlr_edan_shared_control_converted_externally_to_rlds", "dlr_edan_shared_control")]
    [InlineData("iamlab_cmu_pickup_insert_converted_externally_to_rlds", "iamlab_pick_insert")]
    [InlineData("berkeley_fanuc_manipulation", "berkeley_fanuc")]
    [InlineData("libero_10_no_noops", "libero")]
    [InlineData("tiny_arm", null)]
    public void The_transform_is_found_by_the_published_name(string dataset, string? transform) =>
        Assert.Equal(transform, OpenXTransform.For(dataset)?.Name);

    [Fact]
    public void Workers_are_divided_by_weight_and_every_weighted_set_gets_one()
    {
        Assert.Equal([2, 3, 3], WorkerShares.Allocate(8, [1, 1, 1]));
        Assert.Equal([8, 1, 1], WorkerShares.Allocate(10, [0.9, 0.05, 0.05]));
        Assert.Equal([0, 5], WorkerShares.Allocate(5, [0, 3]));
        for (int workers = 4; workers < 40; workers++) Assert.Equal(workers, WorkerShares.Allocate(workers, [5, 0.1, 1, 0, 2.5]).Sum());
        Assert.Throws<ArgumentException>(() => WorkerShares.Allocate(1, [1, 1]));
        Assert.Throws<ArgumentException>(() => WorkerShares.Allocate(4, [1, double.NaN]));
    }

    // The small data set under another name.
    private static void Rename(TemporaryFolder folder, string name)
    {
        foreach (string file in Directory.GetFiles(Folder)) File.Copy(file, folder[Path.GetFileName(file).Replace("tiny_arm", name, StringComparison.Ordinal)]);
        string info = folder["dataset_info.json"];
        File.WriteAllText(info, File.ReadAllText(info).Replace("\"tiny_arm\"", $"\"{name}\"", StringComparison.Ordinal));
    }

    private static void AssertStep(JsonElement expected, RldsEpisode episode, int step)
    {
        Assert.Equal(Floats(expected.GetProperty("action")), episode.Numbers("steps/action", step).Select(v => (float)v));
        Assert.Equal(Floats(expected.GetProperty("observation").GetProperty("state")), episode.Numbers("steps/observation/state", step).Select(v => (float)v));
        Assert.Equal(expected.GetProperty("discount").GetSingle(), (float)episode.Numbers("steps/discount", step)[0]);
        Assert.Equal(expected.GetProperty("reward").GetSingle(), (float)episode.Numbers("steps/reward", step)[0]);
        foreach (string flag in new[] { "is_first", "is_last", "is_terminal" })
            Assert.Equal(expected.GetProperty(flag).GetBoolean() ? 1 : 0, episode.Numbers("steps/" + flag, step)[0]);
        Assert.Equal(expected.GetProperty("language_instruction").GetString(), episode.Text("steps/language_instruction", step));
        using Image wrist = Image.Decode(episode.Image("steps/observation/wrist_image", step).Span);
        IEnumerable<JsonElement> pixels = expected.GetProperty("observation").GetProperty("wrist_image").EnumerateArray().SelectMany(row => row.EnumerateArray());
        Assert.Equal(pixels.SelectMany(pixel => pixel.EnumerateArray()).Select(v => v.GetByte()), wrist.Pixels.ToArray());
        using Image image = Image.Decode(episode.Image("steps/observation/image", step).Span);
        double[] mean = [.. expected.GetProperty("observation").GetProperty("image").GetProperty("mean_rgb").EnumerateArray().Select(v => v.GetDouble())];
        byte[] rgb = image.Pixels.ToArray();
        for (int c = 0; c < 3; c++) Assert.Equal(mean[c], rgb.Where((_, i) => i % 3 == c).Average(v => (double)v), 2.0);
    }

    private static float[] Floats(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetSingle())];
}
