using Cluster.Contracts.Machines;
using Microsoft.Extensions.Logging;

namespace Cluster.Agent.Apply;

internal sealed partial class ServiceSwitching
{
    [LoggerMessage(3010, LogLevel.Information, "Service {Service} runs revision {Revision} (part {Part}).", EventName = "PartApplied")]
    private static partial void PartApplied(ILogger log, string service, ulong revision, string part);

    [LoggerMessage(
        3011, LogLevel.Warning,
        "Service {Service} could not take revision {Revision}: {Code} ({Kind}, check {Check}): {Message}",
        EventName = "PartFailed")]
    private static partial void PartFailed(
        ILogger log, string service, ulong revision, string code, ApplyFailureKind kind, string check, string message);

    [LoggerMessage(
        3012, LogLevel.Error,
        "Service {Service} could not be restored ({Code}); it is tried again: {Message}",
        EventName = "RestoreFailed")]
    private static partial void RestoreFailed(ILogger log, string service, string code, string message);

    [LoggerMessage(
        3013, LogLevel.Warning,
        "The state of service {Service} could not be stored; it is tried again: {Message}",
        EventName = "ServiceStateNotStored")]
    private static partial void NotRecorded(ILogger log, string service, string message);

    [LoggerMessage(
        3015, LogLevel.Information,
        "Service {Service}: settings that are no longer defined were restored to what stood before the join.",
        EventName = "ServiceUnmanaged")]
    private static partial void Unmanaged(ILogger log, string service);

    [LoggerMessage(3016, LogLevel.Warning, "Service {Service} could not be unmanaged: {Code}: {Message}", EventName = "UnmanageFailed")]
    private static partial void UnmanageFailed(ILogger log, string service, string code, string message);

    [LoggerMessage(
        3017, LogLevel.Warning,
        "Service {Service} runs revision {Revision} without some of its items: {Message}",
        EventName = "ItemsRefused")]
    private static partial void ItemsRefused(ILogger log, string service, ulong revision, string message);

    [LoggerMessage(
        3014,
        LogLevel.Information,
        "Service {Service}: an interrupted change (phase {Phase}) is being resumed.",
        EventName = "ApplyResumed")]
    private static partial void JournalFound(ILogger log, string service, JournalPhase phase);
}
