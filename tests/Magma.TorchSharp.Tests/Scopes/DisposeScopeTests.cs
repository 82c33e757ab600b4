using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Scopes;

public class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it_and_nothing_else()
    {
        using var outside = ones(1);
        Tensor inside;
        using (var scope = NewDisposeScope())
        {
            inside = ones(1);
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(scope.Contains(inside));
            Assert.False(scope.Contains(outside));
            Assert.Same(scope, CurrentDisposeScope);
        }

        Assert.True(inside.IsInvalid);
        Assert.False(outside.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Results_move_outwards_one_scope_at_a_time()
    {
        using var outer = NewDisposeScope();
        Tensor result;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                result = ones(1).MoveToOuterDisposeScope();
            }

            Assert.False(result.IsInvalid);
            result.MoveToOuterDisposeScope();
        }

        Assert.True(outer.Contains(result));
        Assert.Equal(1, outer.DisposablesCount);
    }

    [Fact]
    public void Moving_out_of_the_outermost_scope_leaves_the_tensor_to_its_owner()
    {
        Tensor result;
        using (NewDisposeScope())
        {
            result = ones(1).MoveToOuterDisposeScope();
        }

        Assert.False(result.IsInvalid);
        result.Dispose();
    }

    [Fact]
    public void A_detached_tensor_outlives_all_scopes()
    {
        Tensor result;
        using (NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                result = ones(1).DetachFromDisposeScope();
            }
        }

        Assert.Equal(1, result.item<float>());
        result.Dispose();
    }

    [Fact]
    public void A_tensor_disposed_by_hand_leaves_its_scope()
    {
        using var scope = NewDisposeScope();
        var tensors = Enumerable.Range(0, 10).Select(i => tensor(i)).ToArray();
        tensors[3].Dispose();
        tensors[9].Dispose();
        tensors[0].Dispose();
        Assert.Equal(7, scope.DisposablesCount);
        Assert.Equal(new[] { 1, 2, 4, 5, 6, 7, 8 }, scope.DisposablesView.Cast<Tensor>().Select(left => left.item<int>()).Order());
    }

    [Fact]
    public void Everything_but_some_can_be_disposed_and_the_scope_goes_on()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        Assert.Same(b, scope.DisposeEverythingBut(b));
        Assert.True(a.IsInvalid && c.IsInvalid && !b.IsInvalid);
        var d = ones(1);
        Assert.Equal(2, scope.DisposablesCount);
        scope.DisposeEverything();
        Assert.True(b.IsInvalid && d.IsInvalid);
    }

    [Fact]
    public void Tensors_move_between_scopes_by_name()
    {
        using var outer = NewDisposeScope();
        var kept = ones(1);
        using var inner = NewDisposeScope();
        var made = ones(1).MoveToOtherDisposeScope(kept);
        Assert.True(outer.Contains(made));
        inner.Attach(made);
        Assert.True(inner.Contains(made));
        Assert.False(outer.Contains(made));
        var (x, y) = inner.MoveToOuter(ones(1), ones(1));
        Assert.True(outer.Contains(x) && outer.Contains(y));
    }

    [Fact]
    public void Other_disposables_can_be_attached()
    {
        var stream = new MemoryStream();
        using (var scope = NewDisposeScope())
        {
            scope.Attach(stream);
            Assert.True(scope.Contains(stream));
        }

        Assert.False(stream.CanRead);
    }

    [Fact]
    public void Scopes_left_out_of_order_keep_their_tensors()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        var made = ones(1);
        outer.Dispose();
        Assert.False(made.IsInvalid);
        Assert.Same(inner, CurrentDisposeScope);
        inner.Dispose();
        Assert.True(made.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void Another_thread_has_scopes_of_its_own()
    {
        using var scope = NewDisposeScope();
        Tensor? elsewhere = null;
        var thread = new Thread(() => elsewhere = ones(1));
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        elsewhere!.Dispose();
    }

    [Fact]
    public void A_wrapped_function_keeps_only_its_result()
    {
        using var result = WrappedTensorDisposeScope(() => ones(3) + ones(3) + ones(3));
        Assert.Equal(9, result.data<float>().Sum());
    }

    [Fact]
    public void A_forgotten_tensor_is_freed_by_the_collector()
    {
        var before = Tensor.TotalCount;
        Forget();
        for (var i = 0; i < 10 && Tensor.TotalCount > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(before, Tensor.TotalCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget() => ones(1000).add_(1);
    }

    [Fact]
    public void The_peak_is_at_least_what_is_alive()
    {
        using var x = ones(1);
        Assert.True(Tensor.PeakCount >= Tensor.TotalCount && Tensor.TotalCount > 0);
    }
}
