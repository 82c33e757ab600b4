namespace TorchSharp;

public static partial class torch
{
    /// <summary>The innermost scope of this thread, or null.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Current;

    /// <summary>Starts a scope: tensors that this thread makes are disposed with it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Enter();

    /// <summary>Runs the function in a scope of its own and hands its result to the scope around it.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
