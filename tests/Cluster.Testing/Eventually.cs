using System.Diagnostics;

namespace Cluster.Testing;

/// <summary>Waits for observed state; the time-out only bounds a test that fails.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Looks until the condition holds; throws with the last thing seen after the time-out of <see cref="Patience.State"/>.
    /// </summary>
    public static Task Is(Func<Task<bool>> condition, string what) =>
        Gives(async () => (await condition(), default(object)), what);

    /// <summary>Looks until the condition holds.</summary>
    public static Task Is(Func<bool> condition, string what) =>
        Is(() => Task.FromResult(condition()), what);

    /// <summary>Looks until a value satisfies the condition, and returns it; exceptions count as "not yet".</summary>
    /// <param name="look">Looks once.</param>
    /// <param name="satisfies">The condition.</param>
    /// <param name="what">What is waited for, for people.</param>
    /// <param name="show">How the last value seen is shown when it did not come; null = as the value says of itself.</param>
    public static Task<T> Has<T>(Func<Task<T>> look, Func<T, bool> satisfies, string what, Func<T, string>? show = null) =>
        Gives(
            async () =>
            {
                var value = await look();
                return (satisfies(value), value);
            },
            what,
            show);

    private static async Task<T> Gives<T>(Func<Task<(bool Done, T Value)>> look, string what, Func<T, string>? show = null)
    {
        var limit = Patience.State;
        var watch = Stopwatch.StartNew();
        var last = "";
        while (true)
        {
            try
            {
                var (done, value) = await look();
                if (done)
                {
                    return value;
                }

                if (value is not null) last = show?.Invoke(value) ?? value.ToString() ?? last;
            }
            catch (Exception e) when (watch.Elapsed < limit && e is not TestGaveUpException)
            {
                last = e.Message;
            }

            if (watch.Elapsed >= limit)
            {
                throw new TestGaveUpException($"Not within {limit.TotalSeconds:0} s: {what}. Last seen: {last}");
            }

            await Task.Delay(Pause);
        }
    }
}

/// <summary>What a test waited for did not come, or can no longer come.</summary>
public sealed class TestGaveUpException(string message) : Exception(message);
