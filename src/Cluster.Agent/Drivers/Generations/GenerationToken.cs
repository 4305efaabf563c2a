using System.Globalization;

namespace Cluster.Agent.Drivers.Generations;

/// <summary>
/// How a journal names a staged state: the generation before it and its own. Neither depends on a manifest that a fault may take
/// away.
/// </summary>
/// <param name="Old">Live when it was staged; 0 = none.</param>
/// <param name="New">The staged one; equal to <paramref name="Old"/> when nothing changes.</param>
internal readonly record struct GenerationToken(int Old, int New)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static GenerationToken Parse(string text)
    {
        var halves = text.Split(' ');
        return new GenerationToken(int.Parse(halves[0], CultureInfo.InvariantCulture), int.Parse(halves[1], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Old} {New}");
}
