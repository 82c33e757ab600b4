using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.LeRobot;
using Magma.Testing;

namespace Magma.Cli.Tests;

public sealed class AnnotateRobotTests
{
    // Not the cache of whoever runs the tests.
    static AnnotateRobotTests() => Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Path.Combine(Repository.Root, "artifacts", "cache"));

    [Theory]
    [InlineData("lerobot/v3.0")]
    [InlineData("lerobot/v2.1")]
    [InlineData("lerobot/v3.0-images")]
    [InlineData("rlds/tiny_arm/1.0.0")]
    public async Task Every_episode_gives_its_actions_and_the_copy_has_all_steps(string source)
    {
        using var folder = new TemporaryFolder();
        string[] arguments =
        [
            "annotate", "robot", Repository.Golden(source.Split('/')), "--out", folder["out"], "--lerobot", folder["copy"], "--every", "4", "--fps", "10",
            "--workers", "1",
        ];
        Assert.Equal(CommandLine.Success, await Run(arguments));

        ShardManifest manifest = ShardManifest.Read(folder["out"]);
        Sample[] samples = [.. manifest.Shards.SelectMany(shard => ShardReader.Read(folder["out", "shards", shard.Name]))];
        LeRobotDataset copy = LeRobotDataset.Open(folder["copy"]);
        LeRobotEpisode[] episodes = [.. copy.Episodes()];
        Assert.Equal(3, episodes.Length);
        Assert.Equal(episodes.Sum(episode => (episode.Steps.Count + 3) / 4), samples.Length);
        Assert.Equal(
            samples.Count(sample => (string?)sample.Metadata["questions"] == "traces"),
            episodes.SelectMany(episode => episode.Steps).SelectMany(step => step.Events).Count(one => one.Style == "trace"));
        Assert.All(samples, sample =>
        {
            JsonObject action = sample.Metadata["action"]!.AsObject();
            int dimensions = episodes[0].Steps[0].Action.Length;
            Assert.Equal(dimensions, action["tokens"]!.AsArray().Count);
            Assert.All(action["tokens"]!.AsArray(), token => Assert.InRange((int)token!, 127744, 127999));
            Assert.StartsWith("<image>\nWhat action should the robot take to ", sample.Conversation.Turns[0].Question);
            Assert.Equal(dimensions, sample.Conversation.Turns[0].Answer.Split("<action>").Length - 1);
        });
    }

    [Fact]
    public async Task Resumed_runs_and_more_workers_change_no_byte()
    {
        using var folder = new TemporaryFolder();
        string source = Repository.Golden("lerobot", "v3.0");
        Assert.Equal(CommandLine.Success, await Run("annotate", "robot", source, "--out", folder["one"], "--workers", "1"));
        Assert.Equal(CommandLine.Success, await Run("annotate", "robot", source, "--out", folder["two"], "--workers", "3"));
        Assert.Equal(CommandLine.Success, await Run("annotate", "robot", source, "--out", folder["one"], "--workers", "1", "--resume"));
        Assert.Equal(
            ShardManifest.Read(folder["one"]).Shards.Select(shard => shard.Sha256), ShardManifest.Read(folder["two"]).Shards.Select(shard => shard.Sha256));
    }

    [Theory]
    [InlineData("lerobot/v2.1")]
    [InlineData("rlds/tiny_arm/1.0.0")]
    public async Task Processes_that_share_a_run_give_the_bytes_of_one(string source)
    {
        using var folder = new TemporaryFolder();
        string[] command = ["annotate", "robot", Repository.Golden(source.Split('/')), "--every", "4", "--shard-size", "1"];
        Assert.Equal(CommandLine.Success, await Run([.. command, "--out", folder["one"], "--workers", "2"]));
        foreach (string rank in new[] { "2", "0", "1" })
        {
            Assert.Equal(CommandLine.Success, await Run([.. command, "--out", folder["three"], "--workers", "1", "--rank", rank, "--world", "3"]));
        }

        Assert.Equal(FolderBytes.Fingerprint(folder["one"]), FolderBytes.Fingerprint(folder["three"]));
    }

    [Fact]
    public async Task Statistics_are_kept_from_run_to_run_until_the_data_set_changes()
    {
        using var folder = new TemporaryFolder();
        Copy(Repository.Golden("lerobot", "v2.1"), folder["in"]);
        string cache = StatisticsCache.PathFor("in", folder["in"]);
        double found = await FirstMean("one");
        JsonNode kept = JsonNode.Parse(File.ReadAllText(cache))!;
        Assert.Equal(found, (double)kept["in"]!["action"]!["mean"]![0]!);

        // Only who does not count again takes a number that is wrong.
        kept["in"]!["action"]!["mean"]![0] = 7.5;
        File.WriteAllText(cache, kept.ToJsonString());
        Assert.Equal(7.5, await FirstMean("two"));

        File.SetLastWriteTimeUtc(folder["in", "data", "chunk-000", "episode_000001.parquet"], DateTime.UnixEpoch);
        Assert.Equal(found, await FirstMean("three"));
        File.Delete(cache);

        async Task<double> FirstMean(string run)
        {
            Assert.Equal(
                CommandLine.Success, await Run("annotate", "robot", folder["in"], "--out", folder[run], "--every", "100"));
            return (double)JsonNode.Parse(File.ReadAllText(folder[run, "dataset_statistics.json"]))!["in"]!["action"]!["mean"]![0]!;
        }
    }

    [Fact]
    public void Killed_runs_end_with_the_bytes_of_one_that_was_left_alone()
    {
        using var folder = new TemporaryFolder();
        Copy(Repository.Golden("lerobot", "v2.1"), folder["in"]);
        KilledRuns.EndAsOneThatWasLeftAlone(folder, kills: 3, seed: 1, "robot", "--every", "4", "--shard-size", "2", "--grid", "8");
    }

    [Theory]
    [InlineData("rlds/tiny_arm/1.0.0", "tiny_arm-train.tfrecord-00000-of-00002", Damage.Truncated, "tiny_arm-train.tfrecord-00000-of-00002, byte ")]
    [InlineData("rlds/tiny_arm/1.0.0", "tiny_arm-train.tfrecord-00001-of-00002", Damage.Missing, "tiny_arm-train.tfrecord-00001-of-00002")]
    [InlineData("lerobot/v2.1", "data/chunk-000/episode_000001.parquet", Damage.Truncated, "episode_000001.parquet")]
    [InlineData("lerobot/v2.1", "data/chunk-000/episode_000001.parquet", Damage.Garbage, "episode_000001.parquet")]
    [InlineData("lerobot/v2.1", "videos/chunk-000/observation.images.front/episode_000002.mp4", Damage.Missing, "episode_000002.mp4")]
    [InlineData("lerobot/v2.1", "videos/chunk-000/observation.images.front/episode_000000.mp4", Damage.Truncated, "episode_000000.mp4")]
    public async Task A_damaged_file_costs_its_episode_alone_and_is_recorded_with_its_name(string source, string file, Damage damage, string told)
    {
        using var folder = new TemporaryFolder();
        Copy(Repository.Golden(source.Split('/')), folder["in"]);
        string path = folder[["in", .. file.Split('/')]];
        byte[] content = File.ReadAllBytes(path);
        if (damage == Damage.Missing) File.Delete(path);
        else if (damage == Damage.Truncated) File.WriteAllBytes(path, content[..^(Math.Min(1000, content.Length / 2))]);
        else new Random(1).NextBytes(content);
        if (damage == Damage.Garbage) File.WriteAllBytes(path, content);

        Assert.Equal(
            CommandLine.Failure,
            await Run("annotate", "robot", folder["in"], "--out", folder["out"], "--lerobot", folder["copy"], "--every", "4", "--fps", "10", "--workers", "2"));

        ShardManifest manifest = ShardManifest.Read(folder["out"]);
        Assert.Equal((1L, 3L), (manifest.Counts["failed"], manifest.Counts["items"]));
        JsonNode error = JsonNode.Parse(File.ReadAllText(folder["out", "errors.jsonl"]))!;
        Assert.Equal("input", (string?)error["kind"]);
        Assert.Contains(told, (string?)error["reason"], StringComparison.Ordinal);
        Sample[] samples = [.. manifest.Shards.SelectMany(shard => ShardReader.Read(folder["out", "shards", shard.Name]))];
        Assert.Equal(2, samples.Select(sample => (long)sample.Metadata["source"]!["episode_index"]!).Distinct().Count());
        Assert.Equal(2, LeRobotDataset.Open(folder["copy"]).Episodes().Count());
    }

    public enum Damage
    {
        Missing,
        Truncated,
        Garbage,
    }

    [Fact]
    public async Task A_folder_without_episodes_and_an_unknown_camera_are_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["empty"]);
        Assert.Equal(CommandLine.Failure, await Run("annotate", "robot", folder["empty"], "--out", folder["out"]));
        Assert.Equal(
            CommandLine.Failure, await Run("annotate", "robot", Repository.Golden("lerobot", "v3.0"), "--out", folder["out"], "--camera", "observation.images.none"));
        Assert.Equal(
            CommandLine.Failure, await Run("annotate", "robot", Repository.Golden("lerobot", "v3.0"), "--out", folder["out"], "--tracker", "cotracker"));
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static Task<int> Run(params string[] arguments) =>
        CommandLine.Run(new System.CommandLine.RootCommand { AnnotateCommand.Create() }, [.. arguments, "--grid", "8"]);
}
