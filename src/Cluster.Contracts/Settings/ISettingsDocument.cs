namespace Cluster.Contracts.Settings;

/// <summary>
/// The document of a kind of items. The record gives the name of its kind, so that code names the type and never the kind, for example
/// <c>part.All&lt;Listener&gt;()</c>.
/// </summary>
public interface ISettingsDocument
{
    /// <summary>The kind: one of <see cref="Kinds"/>, the path segment of REST.</summary>
    static abstract string Kind { get; }
}

/// <summary>The document of a kind of which each level has at most one, under the name <see cref="Kinds.SingletonName"/>.</summary>
public interface ISingletonDocument : ISettingsDocument;
