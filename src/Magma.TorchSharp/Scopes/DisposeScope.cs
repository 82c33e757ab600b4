using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// Disposes everything made in it. A tensor joins the innermost scope of the thread that makes it; results leave by
/// <see cref="MoveToOuter{T}(T)"/> or <see cref="Detach{T}(T)"/>. Scopes are per thread: do not await inside one.
/// </summary>
public sealed partial class DisposeScope : IDisposable
{
    private readonly List<IDisposable> items = [];

    internal DisposeScope(DisposeScope? outer)
    {
        OuterScope = outer;
    }

    /// <summary>How many things it would dispose now.</summary>
    public int DisposablesCount => items.Count;

    /// <summary>A copy of what it holds, in no particular order.</summary>
    public IReadOnlyList<IDisposable> DisposablesView => items.ToArray();

    internal DisposeScope? OuterScope { get; set; }

    /// <summary>Takes it in; from its former scope, if it has one.</summary>
    public void Attach(IDisposable disposable)
    {
        if (disposable is Tensor tensor)
        {
            if (tensor.OwningScope != this && !tensor.IsInvalid)
            {
                tensor.OwningScope?.Remove(tensor);
                Add(tensor);
            }
        }
        else if (!Contains(disposable))
        {
            items.Add(disposable);
        }
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToList();
        attached.ForEach(Attach);
        return attached;
    }

    public bool Contains(IDisposable disposable) =>
        disposable is Tensor tensor ? tensor.OwningScope == this : items.Exists(item => ReferenceEquals(item, disposable));

    /// <summary>To be called when something in the scope was disposed by other means; a tensor does so by itself.</summary>
    public void MarkAsDisposed(IDisposable disposable) => Remove(disposable);

    /// <summary>Disposes what the scope holds and leaves it: the scope around it is current again.</summary>
    public void Dispose()
    {
        DisposeEverything();
        DisposeScopeManager.Leave(this);
    }

    /// <summary>Disposes what the scope holds; the scope stays current.</summary>
    public void DisposeEverything()
    {
        // Disposing takes the tensor out of the list, which is then shorter by its last entry.
        while (items.Count > 0)
        {
            var last = items[^1];
            Remove(last);
            last.Dispose();
        }
    }

    /// <summary>Disposes what the scope holds except these, which stay in it.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        foreach (var item in items.ToArray())
        {
            if (!keep.Contains(item))
            {
                Remove(item);
                item.Dispose();
            }
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    internal void Add(Tensor tensor)
    {
        tensor.OwningScope = this;
        tensor.ScopeIndex = items.Count;
        items.Add(tensor);
    }

    internal bool Remove(IDisposable disposable)
    {
        int index;
        if (disposable is Tensor tensor)
        {
            if (tensor.OwningScope != this)
            {
                return false;
            }

            index = tensor.ScopeIndex;
            tensor.OwningScope = null;
        }
        else
        {
            index = items.FindIndex(item => ReferenceEquals(item, disposable));
            if (index < 0)
            {
                return false;
            }
        }

        var last = items[^1];
        items[index] = last;
        if (last is Tensor moved)
        {
            moved.ScopeIndex = index;
        }

        items.RemoveAt(items.Count - 1);
        return true;
    }
}
