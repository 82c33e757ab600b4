using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that modules list among their parameters and optimizers change. A leaf of the graph.</summary>
public class Parameter : Tensor
{
    /// <param name="data">The values; this tensor becomes empty, its memory lives on in the parameter, in the same scope.</param>
    /// <param name="requires_grad">Whether backward gathers its gradient.</param>
    public Parameter(Tensor data, bool requires_grad = true)
        : this(data.OwningScope, data, requires_grad)
    {
    }

    private Parameter(DisposeScope? scope, Tensor data, bool requiresGrad)
        : base(TakeLeaf(data))
    {
        MoveToOtherDisposeScope(scope);
        requires_grad = requiresGrad;
    }

    private static IntPtr TakeLeaf(Tensor data)
    {
        if (data.is_leaf)
        {
            return data.DecoupleFromNativeHandle();
        }

        var leaf = data.detach();
        data.Dispose();
        return leaf.DecoupleFromNativeHandle();
    }
}
