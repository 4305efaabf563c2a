using System.CommandLine;

namespace Cluster.Manager.Hosting.Commands;

/// <summary>A verb of <c>cluster-manager</c>; Program.cs lists them.</summary>
internal interface IManagerVerb
{
    /// <summary>The verb, or a group of verbs such as <c>token create</c>, with the shared options where it runs.</summary>
    Command Make(ManagerCommandLine line);
}
