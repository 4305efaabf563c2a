namespace Cluster.Manager.Hosting.Startup;

/// <summary>A line that <c>run</c> prints once the ports listen, for the operator who started it.</summary>
internal interface IStartupNote
{
    /// <summary>One or two words in front of the text.</summary>
    string Label { get; }

    /// <summary>The text; read after every start-up step has run.</summary>
    string Text { get; }
}
