using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>AdamW as the golden folder spells it out, so that the comparison does not depend on an optimizer of ours.</summary>
internal sealed class AdamWSteps
{
    private readonly double rate;
    private readonly double firstDecay;
    private readonly double secondDecay;
    private readonly double epsilon;
    private readonly double weightDecay;
    private readonly double? clip;
    private readonly List<(Tensor Parameter, Tensor First, Tensor Second)> entries;
    private int count;

    public AdamWSteps(JsonElement settings, IEnumerable<(string Name, TorchSharp.Modules.Parameter Parameter)> parameters)
    {
        rate = settings.GetProperty("lr").GetDouble();
        firstDecay = settings.GetProperty("betas")[0].GetDouble();
        secondDecay = settings.GetProperty("betas")[1].GetDouble();
        epsilon = settings.GetProperty("eps").GetDouble();
        weightDecay = settings.GetProperty("weight_decay").GetDouble();
        clip = settings.TryGetProperty("clip_grad_norm", out JsonElement limit) ? limit.GetDouble() : null;
        entries = [.. parameters.Select(entry => ((Tensor)entry.Parameter, zeros_like(entry.Parameter), zeros_like(entry.Parameter)))];
    }

    /// <summary>Changes the parameters by their gradients; returns the gradients' norm before clipping.</summary>
    public double Step()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        double norm = Math.Sqrt(
            entries.Sum(entry => entry.Parameter.grad is { } gradient ? gradient.to(ScalarType.Float64).pow(2).sum().item<double>() : 0));
        double scale = clip is { } limit ? Math.Min(1, limit / (norm + 1e-6)) : 1;
        count++;
        double firstCorrection = 1 - Math.Pow(firstDecay, count), secondCorrection = 1 - Math.Pow(secondDecay, count);
        foreach ((Tensor parameter, Tensor first, Tensor second) in entries)
        {
            if (parameter.grad is not { } raw) continue;
            Tensor gradient = raw.mul(scale);
            first.mul_(firstDecay).add_(gradient.mul(1 - firstDecay));
            second.mul_(secondDecay).add_(gradient.pow(2).mul(1 - secondDecay));
            parameter.mul_(1 - (rate * weightDecay));
            parameter.sub_(first.div(firstCorrection).mul(rate).div(second.div(secondCorrection).sqrt().add(epsilon)));
        }

        return norm;
    }
}
