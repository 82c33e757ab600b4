using Magma.Data;
using Magma.Testing;
using Magma.Torch;
using Magma.Vision;
using TorchSharp;

namespace Magma.Perception.Tests.CoTracker;

public sealed class CoTrackerTests
{
    [Fact]
    public void Weights_load_by_their_published_names_and_a_wrong_file_is_told_what_is_wrong()
    {
        using var folder = new TemporaryFolder();
        using var network = new CoTrackerNetwork(CoTrackerNetwork.OnlineRows);
        using DisposeScope scope = torch.NewDisposeScope();
        Dictionary<string, torch.Tensor> state = network.state_dict();
        SafetensorsWriter.Write(folder["whole.safetensors"], state);
        using (CoTrackerNetwork loaded = CoTrackerWeights.Load(folder["whole.safetensors"]))
        {
            Assert.Equal(CoTrackerNetwork.OnlineRows, loaded.TimeRows);
            Assert.All(loaded.state_dict(), entry => Assert.True(entry.Value.eq(state[entry.Key]).all().item<bool>(), entry.Key));
        }

        torch.Tensor bias = state["corr_mlp.fc2.bias"];
        state.Remove("corr_mlp.fc2.bias");
        SafetensorsWriter.Write(folder["lacking.safetensors"], state);
        string lacking = Assert.Throws<InvalidDataException>(() => CoTrackerWeights.Load(folder["lacking.safetensors"])).Message;
        Assert.Contains("corr_mlp.fc2.bias", lacking);
        SafetensorsWriter.Write(folder["other.safetensors"], new Dictionary<string, torch.Tensor> { ["bias"] = bias });
        string other = Assert.Throws<InvalidDataException>(() => CoTrackerWeights.Load(folder["other.safetensors"])).Message;
        Assert.Contains("time_emb", other);
        Assert.EndsWith("there is none among [bias].", other);
    }

    // Made by PyTorch (make.py beside the files): tensor i of all names in order holds i / 1024 everywhere. The second file has them under "model".
    [Theory]
    [InlineData("offline.pth", CoTrackerNetwork.OfflineRows)]
    [InlineData("online.pth", CoTrackerNetwork.OnlineRows)]
    public void Weights_load_from_the_files_of_PyTorch(string file, int rows)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using CoTrackerNetwork network = CoTrackerWeights.Load(Repository.Golden("cotracker-weights", file));

        Assert.Equal(rows, network.TimeRows);
        Assert.All(
            network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal),
            (entry, i) => Assert.True(entry.Value.eq(i / 1024f).all().item<bool>(), entry.Key));
    }

    [Theory]
    [InlineData(CoTrackerNetwork.OfflineRows)]
    [InlineData(CoTrackerNetwork.OnlineRows)]
    public void A_window_is_followed_from_its_first_frame_to_its_last_and_the_licence_is_told(int rows)
    {
        using var tracker = new CoTrackerPointTracker(new CoTrackerNetwork(rows), "0123");
        Image[] frames = Frames(2);
        Tracks tracks = tracker.Track(frames, PointGrid.Over(frames[0].Size, 2));
        foreach (Image frame in frames) frame.Dispose();
        Assert.Equal((2, 4, new PixelSize(64, 48)), (tracks.Steps, tracks.Count, tracks.Size));
        Assert.True(tracks.IsFinite());
        Assert.Contains("CC-BY-NC-4.0", tracker.Licence);
        if (rows == CoTrackerNetwork.OfflineRows) Assert.All(Enumerable.Range(0, 4), point => Assert.True(tracks.IsVisible(0, point)));
    }

    [Fact]
    public void A_stream_holds_sixteen_frames_and_says_every_frame_in_the_end()
    {
        using var network = new CoTrackerNetwork(CoTrackerNetwork.OnlineRows);
        using torch.Tensor map = torch.rand(1, CoTrackerNetwork.Channels, 16, 16);
        using CoTrackerFeatures frame = CoTrackerFeatures.Of(map);
        using var stream = new CoTrackerOnline(network, new PixelSize(64, 48), [new CoTrackerQuery(0, 8, 8), new CoTrackerQuery(20, 30, 30)]);
        var said = new List<(int First, int Steps)>();
        long afterSixteen = 0;
        for (int i = 0; i < 24; i++)
        {
            if (stream.Add(frame.Slice(0, 1)) is { } window) said.Add((window.First, window.Steps));
            if (i == 15) afterSixteen = torch.Tensor.TotalCount;
            if (i == 23) Assert.Equal(afterSixteen, torch.Tensor.TotalCount);
        }

        Assert.Null(stream.Finish());
        Assert.Equal([(0, 16), (8, 16)], said);
    }

    [Fact]
    public void Points_that_cannot_be_followed_are_refused()
    {
        using var network = new CoTrackerNetwork(CoTrackerNetwork.OfflineRows);
        Assert.Throws<ArgumentException>(() => new CoTrackerOnline(network, new PixelSize(64, 48), [new CoTrackerQuery(0, 1, 1)]));
        using torch.Tensor map = torch.rand(2, CoTrackerNetwork.Channels, 8, 8);
        using var clip = new CoTrackerClip(new PixelSize(64, 48), CoTrackerFeatures.Of(map));
        var tracker = new CoTrackerOffline(network);
        Assert.Throws<ArgumentException>(() => tracker.Track(clip, [new CoTrackerQuery(2, 1, 1)]));
        Assert.Throws<ArgumentException>(() => tracker.Track(clip, [new CoTrackerQuery(0, float.NaN, 1)]));
        Assert.Throws<ArgumentException>(() => tracker.TrackDense(clip));
        Assert.Equal(0, tracker.Track(clip, []).Count);
    }

    private static Image[] Frames(int count)
    {
        var frames = new Image[count];
        for (int i = 0; i < count; i++)
        {
            frames[i] = new Image(new PixelSize(64, 48));
            frames[i].FillRectangle(new PixelBox(10 + i, 10, 30 + i, 30), new Color(200, 90, 40));
        }

        return frames;
    }
}
