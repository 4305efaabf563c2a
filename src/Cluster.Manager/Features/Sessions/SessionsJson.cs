using System.Text.Json.Serialization;

namespace Cluster.Manager.Features.Sessions;

[JsonSerializable(typeof(List<string>))]
internal sealed partial class SessionsJson : JsonSerializerContext;
