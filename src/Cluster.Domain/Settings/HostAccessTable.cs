using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;

namespace Cluster.Domain.Settings;

/// <summary>A host access table that was read from text.</summary>
public sealed class HostAccessTable
{
    internal HostAccessTable(IReadOnlyList<SenderGroup> groups, HostAccessDefault? rest, IReadOnlyList<FieldError> errors) =>
        (Groups, Default, Errors) = (groups, rest, errors);

    /// <summary>The sender groups, in order.</summary>
    public IReadOnlyList<SenderGroup> Groups { get; }

    /// <summary>What holds for everybody else; null = the text does not say.</summary>
    public HostAccessDefault? Default { get; }

    /// <summary>Everything that is wrong, each with its line.</summary>
    public IReadOnlyList<FieldError> Errors { get; }

    /// <summary>Reads a text in the form that <see cref="HostAccessText"/> writes, or that AsyncOS exports.</summary>
    public static HostAccessTable Read(string text) => new HostAccessReader().Read(text);
}

/// <summary>The entry <c>ALL</c>: what holds for whoever no group matches.</summary>
/// <param name="Policy">Name of the mail flow policy.</param>
/// <param name="Comment">What it is for; null = nothing is said.</param>
public sealed record HostAccessDefault(string Policy, string? Comment);
