"""A small bot's data, and a model trained from it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.data import Example, TrainingData
from nlu.parser import NluParser, load
from nlu.pipeline import Period, Pipeline, Quantity
from nlu.train import TrainingMetrics, train

SENTENCES = {
    "product_inquiry": """我要性价比高的云服务器|你们都有哪些云服务器|想了解一下你们的云数据库|有没有适合小公司用的服务器
给我介绍一下你们的产品|我想买个放商城的云主机|有什么产品可以推荐|帮我挑一台跑网站的服务器
我要一台能支持五百并发的云服务器|你们主要做哪些业务|想找一台做测试的机器|我要能支持两千并发的云主机""",
    "price_inquiry": """这个多少钱|云服务器怎么收费|一年下来要多少钱|包月是什么价格|那它的年费呢|你给我报个价吧
费用大概是多少|8核16G的一个月多少|几多钱一年呀|一个月好多钱嘛|搿个几钿一年|总价是多少""",
    "requirement": """还要支持异地备份|要能自动扩容|必须支持异地备份|得有防火墙|还要能自动备份|能不能自动扩容|支持快照吗
要有监控告警|需要异地备份|一定要带防火墙|要可以每天备份|仲要有自动备份""",
    "integration": """最好能对接我现有的ERP系统|能跟我们的CRM打通吗|要和用友对接|能接我们自己的系统吗|要能连上金蝶
可以集成钉钉吗|要跟企业微信对接|最好能接入我们的OA|能不能对接SAP|要跟收银系统连起来
能同ERP系统对接吗|可以接我们的仓库系统吗""",
    "discount": """能不能便宜点|打个折吧|有没有优惠|再少一点行不行|最低能给多少折扣|可以优惠一点吗|两年一起付能便宜吗
平啲得唔得|少点嘛|好便宜点伐|有什么活动没有|给个底价""",
    "thank": "谢谢|谢谢你|多谢|太感谢了|辛苦了|麻烦你了|非常感谢|谢谢啊|唔该|感谢|谢了|好的谢谢",
}
COMPOUND = {
    "product_inquiry+requirement": "我要一台云服务器还要能自动备份|想买个数据库,要有防火墙|给我推荐个云主机还要支持快照",
    "price_inquiry+discount": "一年多少钱能打折吗|什么价格,有没有优惠|多少钱一个月能便宜点不",
    "requirement+integration": "要能异地备份还要能接ERP|得有防火墙,最好能对接CRM|要自动扩容还要跟金蝶打通",
    "requirement+requirement": "要能异地备份还要能自动扩容|得有防火墙,还要有快照",
}
PIPELINE = Pipeline(
    quantities={
        "concurrency": Quantity(("并发", "个并发", "人同时在线"), ("并发", "同时在线")),
        "cpu_cores": Quantity(("核", "核心", "vCPU"), ("CPU",)),
        "memory_gb": Quantity(("G内存", "GB内存", "G", "GB"), ("内存",)),
        "storage_gb": Quantity(("G硬盘", "T硬盘", "G的硬盘", "T"), ("硬盘", "存储"), {"T": 1024}),
        "bandwidth_mbps": Quantity(("兆", "M", "兆带宽"), ("带宽",)),
    },
    money={"budget_yuan": ("预算", "以内", "不超过")},
    period=Period("billing_period", "period_count"),
    phone="phone",
    person="contact_name",
    company="company",
    date="date",
)
LOOKUPS = {
    "product_type": ("云服务器", "云主机", "服务器", "云数据库"),
    "feature": ("异地备份", "自动备份", "自动扩容", "防火墙", "快照"),
    "external_system": ("ERP", "CRM", "用友", "金蝶"),
}
SYNONYMS = {"云服务器": "ecs", "云主机": "ecs", "服务器": "ecs", "异地备份": "backup", "自动备份": "backup", "ERP": "erp"}


def split(text: str) -> list[str]:
    return text.replace("\n", "|").split("|")


@pytest.fixture(scope="session")
def data() -> TrainingData:
    singles = [Example(text, (intent,)) for intent, texts in SENTENCES.items() for text in split(texts)]
    compound = [Example(text, tuple(intents.split("+"))) for intents, texts in COMPOUND.items() for text in split(texts)]
    return TrainingData(tuple(singles + compound), SYNONYMS, LOOKUPS)


@pytest.fixture(scope="session")
def trained(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrainingMetrics]:
    folder = tmp_path_factory.mktemp("model")
    return folder, train(data, PIPELINE, folder)


@pytest.fixture(scope="session")
def parser(trained: tuple[Path, TrainingMetrics]) -> NluParser:
    return load(trained[0])
