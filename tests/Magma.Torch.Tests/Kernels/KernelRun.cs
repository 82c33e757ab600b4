using Magma.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Torch.Tests.Kernels;

/// <summary>A seeded run without gradients on one instruction set; frees its tensors and goes back to the best set.</summary>
internal sealed class KernelRun : IDisposable
{
    private readonly string? best = FusedKernels.InstructionSet;
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly IDisposable noGradients = no_grad();

    public KernelRun(string? set)
    {
        manual_seed(5).Dispose();
        IsPossible = set is null || KernelMethods.mk_select(set) != 0;
    }

    public bool IsPossible { get; }

    public void Dispose()
    {
        if (best is not null) _ = KernelMethods.mk_select(best);
        noGradients.Dispose();
        scope.Dispose();
    }
}
