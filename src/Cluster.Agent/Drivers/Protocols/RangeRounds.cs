namespace Cluster.Agent.Drivers.Protocols;

/// <summary>
/// Asks a server again and again: right after a reload old processes may take a last connection each, so that one right answer says
/// little, and a wrong one is asked again for a while.
/// </summary>
internal static class RangeRounds
{
    private const int GoodRounds = 2;
    private const int WrongRounds = 5;
    private static readonly TimeSpan WrongFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Asks until the answer is right twice in a row, or stays wrong.</summary>
    /// <param name="round">Asks everything once, and says what is wrong; null = nothing.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What is wrong; null = nothing.</returns>
    public static async Task<string?> LookAsync(Func<Task<string?>> round, TimeProvider clock, CancellationToken ct)
    {
        var begun = clock.GetTimestamp();
        for (int good = 0, bad = 0; good < GoodRounds;)
        {
            var problem = await round();
            if (problem is null)
            {
                good++;
                continue;
            }

            good = 0;
            if (++bad >= WrongRounds && clock.GetElapsedTime(begun) >= WrongFor) return problem;
            await Task.Delay(Pause, clock, ct);
        }

        return null;
    }
}
