using static TorchSharp.torch;

namespace Magma.Perception;

/// <summary>Gives networks the weights of files.</summary>
internal static class NetworkWeights
{
    /// <summary>Copies the tensors into a network, by name.</summary>
    /// <param name="network">Disposed of when they do not fit.</param>
    /// <param name="tensors">Everything that the network has, and no more; disposed of in any case.</param>
    /// <param name="misfit">What a user is told when they do not fit; the reason follows.</param>
    /// <exception cref="InvalidDataException">A tensor is missing, has another shape or is unknown.</exception>
    public static T With<T>(this T network, Dictionary<string, Tensor> tensors, string misfit)
        where T : nn.Module
    {
        try
        {
            network.load_state_dict(tensors);
            return network;
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            network.Dispose();
            throw new InvalidDataException($"{misfit}: {problem.Message}", problem);
        }
        finally
        {
            foreach (Tensor tensor in tensors.Values) tensor.Dispose();
        }
    }
}
