using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Cluster.Manager.Features.Fleet;

[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class FleetJson : JsonSerializerContext;
