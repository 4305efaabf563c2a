using Cluster.Contracts.Json;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Cluster.Storage;

/// <summary>
/// Stores an enum as the text that REST shows, so that a member can be moved in the code but not renamed without a migration.
/// </summary>
internal sealed class WireNameConverter<T>() : ValueConverter<T, string>(value => EnumNames.Of(value), text => Read(text))
    where T : struct, Enum
{
    // A newer manager may have written a state that this one does not know: guessing another one would be worse than stopping.
    private static T Read(string text) =>
        EnumNames.TryParse<T>(text, out var value)
            ? value
            : throw new InvalidOperationException($"The database holds '{text}', which is not a {typeof(T).Name}.");
}
