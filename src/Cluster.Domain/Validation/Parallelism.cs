using System.Runtime.ExceptionServices;

namespace Cluster.Domain.Validation;

/// <summary>Work that all processors share.</summary>
internal static class Parallelism
{
    /// <summary>
    /// Does it; that nobody waits any more comes out as what it is, not as one of several failures, so that it is handled like it
    /// is everywhere else.
    /// </summary>
    public static T Of<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (AggregateException several) when (several.InnerExceptions.Any(e => e is OperationCanceledException))
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions.First(e => e is OperationCanceledException));
            throw;
        }
    }
}
