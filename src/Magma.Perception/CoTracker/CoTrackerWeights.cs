using Magma.Torch;
using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>
/// Loads the published CoTracker3 weights. They are not part of this project and are licensed for non-commercial use only: whoever loads
/// them, and whoever uses what they label, must observe <see cref="Licence"/>.
/// </summary>
public static class CoTrackerWeights
{
    /// <summary>The licence of the published weights (facebookresearch/co-tracker).</summary>
    public const string Licence = "CC-BY-NC-4.0";

    /// <summary>What a user is told when weights are loaded.</summary>
    public const string Notice =
        $"The published CoTracker3 weights are licensed {Licence}: for non-commercial use only. This holds for labels made with them; "
        + "the manifest says so.";

    private const string TimeName = "time_emb";

    /// <summary>Reads weights; whether they are of an offline or an online model shows in the file.</summary>
    /// <param name="path">A safetensors file or one of PyTorch's (<c>.pth</c>, as published), with the published names.</param>
    /// <exception cref="InvalidDataException">The file is no such thing; the message lists every tensor that does not fit.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CoTrackerNetwork Load(string path)
    {
        using ITensorFile file = TensorFiles.Open(path);
        TensorEntry? time = file.Find(TimeName);
        if (time?.Shape is not [1, CoTrackerNetwork.OfflineRows or CoTrackerNetwork.OnlineRows, CoTrackerNetwork.TokenChannels])
        {
            throw new InvalidDataException(
                $"{path} holds no CoTracker3 weights: a tensor {TimeName} of [1, {CoTrackerNetwork.OfflineRows}, {CoTrackerNetwork.TokenChannels}] "
                + $"(offline) or [1, {CoTrackerNetwork.OnlineRows}, {CoTrackerNetwork.TokenChannels}] (online) was expected, there is "
                + (time is null ? $"none among [{string.Join(", ", file.Names.Take(4))}{(file.Names.Count > 4 ? ", …" : "")}]." : $"[{string.Join(", ", time.Shape)}]."));
        }

        Dictionary<string, Tensor> tensors = file.Names.ToDictionary(name => name, file.Load, StringComparer.Ordinal);
        return new CoTrackerNetwork((int)time.Shape[1]).With(tensors, $"{path} does not fit CoTracker3");
    }
}
