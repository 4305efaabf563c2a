using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Contracts.Json;

namespace Cluster.Agent.Drivers;

/// <summary>One driver of the catalog: its name in the host's own file, how its options are read there, and how it is made.</summary>
internal sealed record DriverEntry
{
    private DriverEntry()
    {
    }

    /// <summary>The name in the host's own file.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Says what is wrong with the options of a service, with pointers from the service's entry on: unknown, missing, not usable.
    /// </summary>
    public required Func<JsonElement, IEnumerable<FieldError>> CheckOptions { get; init; }

    /// <summary>
    /// The directories and files that only one service may manage, as two would undo each other's changes; none when the options are
    /// wrong.
    /// </summary>
    public required Func<JsonElement, IEnumerable<string>> OwnPaths { get; init; }

    /// <summary>Makes the driver of a service whose options were checked.</summary>
    public required Func<DriverContext, IServiceDriver> Make { get; init; }

    /// <summary>Describes a driver.</summary>
    /// <typeparam name="TOptions">Its options: a record whose required members must be there, and whose members are all that may
    /// be.</typeparam>
    /// <param name="name">The name in the host's own file.</param>
    /// <param name="json">How the options are read.</param>
    /// <param name="check">What the shape does not say about them.</param>
    /// <param name="own">What they name that only one service may manage.</param>
    /// <param name="make">Makes the driver.</param>
    public static DriverEntry Of<TOptions>(
        string name,
        JsonTypeInfo<TOptions> json,
        Func<TOptions, IEnumerable<FieldError>> check,
        Func<TOptions, IEnumerable<string>> own,
        Func<DriverContext, TOptions, IServiceDriver> make)
        where TOptions : class => new()
    {
        Name = name,
        CheckOptions = options => DocumentReader.Read(options, json) is { Value: { } value }
            ? check(value)
            : DocumentReader.Read(options, json).Errors,
        OwnPaths = options => DocumentReader.Read(options, json) is { Value: { } value } ? own(value) : [],
        Make = context => DocumentReader.Read(context.Service.OptionsDocument, json) is { Value: { } options }
            ? make(context, options)
            : throw new InvalidOperationException($"The options of service {context.Service.Name} were not checked."),
    };

    /// <summary>The check of an option that names a directory.</summary>
    public static IEnumerable<FieldError> AbsolutePath(string pointer, string path) =>
        Path.IsPathFullyQualified(path) ? [] : [new FieldError(pointer, FieldErrorCodes.Path, "use an absolute path.")];
}
