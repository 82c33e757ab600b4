using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.LeRobot;
using Magma.Testing;

namespace Magma.Cli.Tests;

public sealed class AnnotateRobotTests
{
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

    private static Task<int> Run(params string[] arguments) =>
        CommandLine.Run(new System.CommandLine.RootCommand { AnnotateCommand.Create() }, arguments);
}
