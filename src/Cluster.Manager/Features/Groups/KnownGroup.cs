using System.Text.Json;
using System.Text.Json.Nodes;
using Cluster.Contracts.Groups;
using Cluster.Contracts.Json;
using Cluster.Contracts.Settings;
using Cluster.Domain.Configuration;
using Cluster.Manager.Hosting.Requests;
using Cluster.Storage.Configuration;

namespace Cluster.Manager.Features.Groups;

/// <summary>A group as it stands in the running configuration, or in a change set.</summary>
/// <param name="Row">Its identity.</param>
/// <param name="Item">The item that says that it exists.</param>
/// <param name="Machines">How many machines are in it.</param>
internal sealed record KnownGroup(MachineGroup Row, Item Item, int Machines)
{
    /// <summary>Name of the group that every cluster begins with, and that machines join when nothing else is said.</summary>
    public const string DefaultName = "main";

    public const string Example = """{"id":"019ab7f2-0c3e-7d4a-9a51-3f0f3f4f5a6b","name":"edge","description":"MX hosts","machines":2}""";

    public GroupShape Show() =>
        new() { Id = Row.Id, Name = Row.Name, Description = Item.Document?.Read<GroupSettings>().Description, Machines = Machines };

    /// <summary>What can be written of it, as a body says it.</summary>
    public JsonObject ToWrite() => JsonSerializer.SerializeToNode(
        new GroupWrite { Name = Row.Name, Description = Show().Description }, RestJson.Default.GroupWrite)!.AsObject();

    /// <summary>Entity tag: its own stored state, never its machines.</summary>
    public string Tag => ETags.Of("group", Row.Id, Row.Name, Item.Document?.Hash);
}
