using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Agent.Apply;
using Cluster.Agent.Link;
using Cluster.Agent.Programs;

namespace Cluster.Agent.State;

/// <summary>Serializer metadata of everything that the agent stores and says locally, generated at build time.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    WriteIndented = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 32,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Identity))]
[JsonSerializable(typeof(PendingKey))]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(ServiceRecord))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(HoldRecord))]
[JsonSerializable(typeof(StatusRecord))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(LeaveReply))]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlReply))]
[JsonSerializable(typeof(AgentStatus))]
internal sealed partial class AgentJson : JsonSerializerContext;
